//! The shingles of a document: its runs of a few words, as hashes.
//!
//! Owns what counts as a shingle and the exact comparison of two documents. Refuses to know sketches.

use std::cmp::Ordering;
use std::num::NonZeroUsize;

use crate::filter::words::WordList;

/// Puts the hashes of the shingles of `words` into `shingles`, in the order of the text and with repetitions.
///
/// A document with fewer words than a shingle is one shingle; without words it has none.
pub(super) fn hash(words: &WordList, length: NonZeroUsize, shingles: &mut Vec<u64>) {
    let whole = NonZeroUsize::new(words.len()).unwrap_or(length);
    words.gram_keys(length.min(whole), shingles);
}

/// The set of a document's shingles.
///
/// Hashes of 64 bits stand for the shingles: among the pairs of a million distinct ones, two coincide with a
/// probability of three in a hundred million.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShingleSet(Vec<u64>);

impl ShingleSet {
    /// The runs of `length` words; of a shorter document, all its words as one run.
    #[must_use]
    pub fn of(words: &WordList, length: NonZeroUsize) -> Self {
        let mut shingles = Vec::new();
        hash(words, length, &mut shingles);
        shingles.sort_unstable();
        shingles.dedup();
        Self(shingles)
    }

    /// The Jaccard similarity with `other`, |A ∩ B| / |A ∪ B|; 0 when both are empty.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f64 {
        let common = self.common(other);
        let all = self.0.len() + other.0.len() - common;
        if all == 0 { 0.0 } else { common as f64 / all as f64 }
    }

    /// The same, if it reaches `threshold`. Sets of too different sizes are told apart without comparing elements.
    pub(super) fn similarity_from(&self, other: &Self, threshold: f64) -> Option<f64> {
        let (smaller, larger) = (self.0.len().min(other.0.len()), self.0.len().max(other.0.len()));
        if (smaller as f64) < threshold * larger as f64 {
            return None;
        }
        Some(self.similarity(other)).filter(|similarity| *similarity >= threshold)
    }

    /// The number of shingles in both, by a merge of the two sorted lists without a branch on the outcome.
    fn common(&self, other: &Self) -> usize {
        let (mut left, mut right, mut common) = (0, 0, 0);
        while let (Some(one), Some(two)) = (self.0.get(left), other.0.get(right)) {
            let order = one.cmp(two);
            left += usize::from(order != Ordering::Greater);
            right += usize::from(order != Ordering::Less);
            common += usize::from(order == Ordering::Equal);
        }
        common
    }
}
