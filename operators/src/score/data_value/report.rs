//! What a set of problems is worth: its problems' parts, brought together.

use super::novelty::Counted;
use super::parts::{Counts, Parts};
use super::problems::Problems;
use crate::evaluate::Metric;

/// The metrics of every set, in the order in which the sets come up; `id` makes an identity of a metric's name and set.
pub(super) fn metrics(
    problems: &Problems,
    parts: &[Parts],
    counts: Counts<'_>,
    grouped: bool,
    id: &impl Fn([&str; 2]) -> String,
) -> Vec<Metric> {
    let sets = problems.sets.iter().enumerate();
    let of_set = |(set, (name, counted)): (usize, (&String, &Counted))| {
        let own: Vec<&Parts> =
            problems.problems.iter().zip(parts).filter(|(problem, _)| problem.set == set).map(|(_, own)| own).collect();
        let mut metrics = vec![
            ("problems".to_owned(), Some(own.len() as f64)),
            (
                "value.sum".to_owned(),
                Some(own.iter().filter_map(|parts| parts.value()).fold(0.0, |sum, value| sum + value)),
            ),
            ("learnable".to_owned(), mean(own.iter().map(|parts| parts.is_learnable()))),
            ("distinct_ngrams".to_owned(), counted.distinct()),
        ];
        metrics.extend(means(&own, counts));
        let group = grouped.then_some(name.as_str());
        let known = metrics.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known.map(|(name, value)| Metric::new(&name, group, value, id)).collect::<Vec<_>>()
    };
    sets.flat_map(of_set).collect()
}

/// The mean of each part over the problems of which it is known.
fn means(parts: &[&Parts], counts: Counts<'_>) -> Vec<(String, Option<f64>)> {
    let named: Vec<_> = parts.iter().map(|parts| parts.named(counts)).collect();
    let Some(first) = named.first() else { return Vec::new() };
    let mean_of = |place: usize| mean(named.iter().map(|named| named[place].1));
    first.iter().enumerate().map(|(place, (name, _))| (name.clone(), mean_of(place))).collect()
}

fn mean(numbers: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = numbers.flatten().fold((0.0, 0), |(sum, count), number| (sum + number, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}
