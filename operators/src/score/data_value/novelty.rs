//! How much of a statement no other problem of its set says.
//!
//! Owns counting runs of words. Knows not what they are part of.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use crate::filter::words::WordList;

/// The runs of words of one statement.
pub(super) struct Grams {
    /// Each once, ascending.
    different: Vec<u64>,
    occurrences: usize,
}

/// How many statements of a set have each run.
#[derive(Default)]
pub(super) struct Counted {
    statements: HashMap<u64, u32>,
    occurrences: usize,
}

impl Grams {
    /// Runs of `length` words; the whole text where it is shorter.
    pub(super) fn of(text: &str, length: NonZeroUsize) -> Self {
        let words = WordList::of(text);
        let mut different = Vec::new();
        if let Some(length) = NonZeroUsize::new(length.get().min(words.len())) {
            words.gram_keys(length, &mut different);
        }
        let occurrences = different.len();
        different.sort_unstable();
        different.dedup();
        Self { different, occurrences }
    }
}

impl Counted {
    /// Counts a statement.
    pub(super) fn add(&mut self, grams: &Grams) {
        grams.different.iter().for_each(|gram| *self.statements.entry(*gram).or_default() += 1);
        self.occurrences += grams.occurrences;
    }

    /// The mean over a statement's different runs of `1 / m`, where m statements of the set have the run: what of the
    /// statement is its own, if what is shared is shared out. Nothing for a statement without words.
    pub(super) fn novelty(&self, grams: &Grams) -> f64 {
        let share = |gram: &u64| 1.0 / f64::from(self.statements.get(gram).copied().unwrap_or(1));
        let shares: f64 = grams.different.iter().map(share).sum();
        if grams.different.is_empty() { 0.0 } else { shares / grams.different.len() as f64 }
    }

    /// Different runs for each that there is (distinct-n); nothing without words.
    pub(super) fn distinct(&self) -> Option<f64> {
        (self.occurrences > 0).then(|| self.statements.len() as f64 / self.occurrences as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn novelties(statements: &[&str]) -> (Vec<f64>, Option<f64>) {
        let two = NonZeroUsize::MIN.saturating_add(1);
        let grams: Vec<Grams> = statements.iter().map(|statement| Grams::of(statement, two)).collect();
        let mut counted = Counted::default();
        grams.iter().for_each(|grams| counted.add(grams));
        (grams.iter().map(|grams| counted.novelty(grams)).collect(), counted.distinct())
    }

    #[test]
    fn copies_are_worth_together_what_one_is() {
        assert_eq!(novelties(&["sort the list"]), (vec![1.0], Some(1.0)));
        assert_eq!(novelties(&["sort the list", "Sort the list!"]), (vec![0.5, 0.5], Some(0.5)));
        assert_eq!(novelties(&["sort the list"; 4]), (vec![0.25; 4], Some(0.25)));
    }

    #[test]
    fn what_is_shared_is_shared_out() {
        // "sort the" is in both, "the list" and "the words" in one each.
        assert_eq!(novelties(&["sort the list", "sort the words"]), (vec![0.75, 0.75], Some(0.75)));
        // A run twice in one statement is one of its own.
        assert_eq!(novelties(&["to be to be"]), (vec![1.0], Some(2.0 / 3.0)));
    }

    #[test]
    fn short_statements_are_their_only_run() {
        assert_eq!(novelties(&["sort", "sort", "add"]).0, [0.5, 0.5, 1.0]);
        assert_eq!(novelties(&["", "?"]), (vec![0.0, 0.0], None));
    }
}
