//! How many pairs each scorer gets right, in all and by group.

use engine::operator::Fault;
use indexmap::IndexMap;

use super::super::{Metric, NO_GROUP};
use super::Sections;

/// Pairs, and how many of them are right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    right: u64,
    pairs: u64,
}

impl Count {
    fn add(&mut self, is_right: bool) {
        self.right += u64::from(is_right);
        self.pairs += 1;
    }

    pub(super) fn accuracy(self) -> f64 {
        self.right as f64 / self.pairs as f64
    }
}

/// A scorer's counts.
#[derive(Debug)]
struct Scorer {
    name: &'static str,
    all: Count,
    groups: IndexMap<String, Count>,
}

/// The counts of several scorers.
#[derive(Debug)]
pub(super) struct Measured {
    scorers: Vec<Scorer>,
    /// The first scorer's by subset of a benchmark.
    subsets: IndexMap<String, Count>,
}

impl Measured {
    /// Nothing yet, for scorers whose metrics are called so.
    pub(super) fn new(names: impl IntoIterator<Item = &'static str>) -> Self {
        let scorer = |name| Scorer { name, all: Count::default(), groups: IndexMap::new() };
        Self { scorers: names.into_iter().map(scorer).collect(), subsets: IndexMap::new() }
    }

    /// Counts a pair, its group and its subset: whether each scorer is right.
    pub(super) fn add(&mut self, group: Option<&str>, subset: Option<&str>, right: &[bool]) {
        for (scorer, is_right) in self.scorers.iter_mut().zip(right) {
            scorer.all.add(*is_right);
            scorer.groups.entry(group.unwrap_or(NO_GROUP).to_owned()).or_default().add(*is_right);
        }
        if let (Some(subset), Some(is_right)) = (subset, right.first()) {
            self.subsets.entry(subset.to_owned()).or_default().add(*is_right);
        }
    }

    /// The accuracies; `id` makes an identity of a metric's name and group. What is measured over all pairs comes last of
    /// its name.
    pub(super) fn metrics(
        mut self,
        grouped: bool,
        sections: Option<Sections>,
        id: impl Fn([&str; 2]) -> String,
    ) -> Result<Vec<Metric>, Fault> {
        let metric = |name: &str, group: Option<&str>, value: f64| Metric::new(name, group, value, &id);
        let mut metrics = Vec::new();
        for scorer in &mut self.scorers {
            if grouped {
                scorer.groups.sort_keys();
                let groups = scorer.groups.iter();
                metrics.extend(groups.map(|(group, count)| metric(scorer.name, Some(group), count.accuracy())));
            }
            metrics.push(metric(scorer.name, None, scorer.all.accuracy()));
        }
        if let Some(sections) = sections {
            let accuracies = sections.accuracies(&self.subsets)?.into_iter();
            metrics.extend(accuracies.map(|(section, accuracy)| metric(sections.name(), section, accuracy)));
        }
        Ok(metrics)
    }
}
