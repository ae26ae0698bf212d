//! A scorer that adds up weights of words, whatever their order.

use engine::operator::{Context, Fault};
use engine::table::Table;
use indexmap::IndexMap;

use super::{each, logistic};

/// Weights of words.
#[derive(Debug, Default)]
pub(super) struct BagOfWords(IndexMap<String, f64>);

impl BagOfWords {
    /// Learned on pairs.
    pub(super) fn learn(pairs: &Table, context: &Context) -> Result<Self, Fault> {
        let mut vocabulary: IndexMap<String, f64> = IndexMap::new();
        let mut differences = Vec::new();
        each(pairs, context, |row| {
            let (chosen, rejected) = (row.text("chosen").unwrap_or_default(), row.text("rejected").unwrap_or_default());
            let difference = difference(chosen, rejected).into_iter().map(|(word, count)| {
                let entry = vocabulary.entry(word);
                let place = entry.index();
                entry.or_default();
                (place, count)
            });
            differences.push(difference.collect());
            Ok(())
        })?;
        let weights = logistic::fit(&differences, vocabulary.len());
        vocabulary.values_mut().zip(weights).for_each(|(value, weight)| *value = weight);
        Ok(Self(vocabulary))
    }

    /// Whether one text is scored higher than another.
    pub(super) fn prefers(&self, one: &str, other: &str) -> bool {
        let weight = |(word, count): (String, f64)| self.0.get(&word).map_or(0.0, |weight| weight * count);
        difference(one, other).into_iter().map(weight).sum::<f64>() > 0.0
    }
}

/// How much more often each word stands in one text than in another, those that differ.
fn difference(one: &str, other: &str) -> IndexMap<String, f64> {
    let mut counts = IndexMap::new();
    for (text, count) in [(one, 1.0), (other, -1.0)] {
        for word in words(&text.to_lowercase()) {
            *counts.entry(word.to_owned()).or_insert(0.0) += count;
        }
    }
    counts.retain(|_, count| *count != 0.0);
    counts
}

/// Runs of letters and digits, and every other character that is no white space.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let length = match rest.find(|character: char| !character.is_alphanumeric()) {
            Some(0) => first.len_utf8(),
            Some(length) => length,
            None => rest.len(),
        };
        let (word, left) = rest.split_at(length);
        rest = left;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_single_signs() {
        let found: Vec<&str> = words(" ein  wort: [1, 23]\nx_é").collect();
        assert_eq!(found, ["ein", "wort", ":", "[", "1", ",", "23", "]", "x", "_", "é"]);
        assert_eq!(difference("A b b.", "a b c."), [("b".to_owned(), 1.0), ("c".to_owned(), -1.0)].into());
    }
}
