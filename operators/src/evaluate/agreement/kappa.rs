//! Two judges' words, counted, and Cohen's kappa (1960).

use std::collections::BTreeMap;

use serde::Serialize;

/// How often each pair of words came up.
#[derive(Clone, Debug, Default)]
pub(super) struct Judgements(BTreeMap<(String, String), u64>);

/// A pair of words, as the output has it.
#[derive(Debug, Serialize)]
pub(super) struct Count<'a> {
    first: &'a str,
    second: &'a str,
    rows: u64,
}

impl Judgements {
    pub(super) fn add(&mut self, first: &str, second: &str) {
        *self.0.entry((first.to_owned(), second.to_owned())).or_default() += 1;
    }

    pub(super) fn counts(&self) -> Vec<Count<'_>> {
        self.0.iter().map(|((first, second), rows)| Count { first, second, rows: *rows }).collect()
    }

    /// Everything that can be said of them, by name.
    pub(super) fn metrics(&self) -> Vec<(&'static str, f64)> {
        let rows: u64 = self.0.values().sum();
        let mut metrics = Vec::new();
        if rows > 0 {
            let observed = self.same() / rows as f64;
            let expected = self.by_chance(rows as f64);
            metrics.push(("agreement", observed));
            metrics.extend((expected < 1.0).then(|| ("kappa", (observed - expected) / (1.0 - expected))));
        }
        metrics.push(("rows", rows as f64));
        metrics
    }

    fn same(&self) -> f64 {
        self.0.iter().filter(|((first, second), _)| first == second).map(|(_, rows)| *rows as f64).sum()
    }

    /// How often both would say the same if neither knew what was judged.
    fn by_chance(&self, rows: f64) -> f64 {
        let mut words: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
        for ((first, second), count) in &self.0 {
            words.entry(first).or_default()[0] += *count as f64;
            words.entry(second).or_default()[1] += *count as f64;
        }
        words.values().map(|[first, second]| first * second).sum::<f64>() / (rows * rows)
    }
}
