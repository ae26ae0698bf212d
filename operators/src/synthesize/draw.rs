//! Random choices of one thing among several.
//!
//! Owns how random bits become a choice, the same on every platform. Knows not what is chosen.

use std::ops::RangeInclusive;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore;

/// A source of choices.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// From random numbers for one purpose.
    pub(super) fn new(random: ChaCha8Rng) -> Self {
        Self(random)
    }

    /// A number from 0 to below `end`, each about as likely: the bias is below `end` in 2^32.
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u64::from(self.0.next_u32()) * end as u64) >> 32) as usize
    }

    /// A number of a range.
    pub(super) fn within(&mut self, range: RangeInclusive<i64>) -> i64 {
        let size = usize::try_from(range.end() - range.start() + 1).expect("ranges stand in code, from low to high");
        range.start() + self.below(size) as i64
    }

    /// One of several, of which there must be one.
    pub(super) fn one_of<'a, T>(&mut self, several: &'a [T]) -> &'a T {
        &several[self.below(several.len())]
    }

    /// One of several; none of none.
    pub(super) fn some_of<'a, T>(&mut self, several: &'a [T]) -> Option<&'a T> {
        (!several.is_empty()).then(|| self.one_of(several))
    }

    /// True in `percent` of a hundred draws.
    pub(super) fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number from 0 to below 1.
    pub(super) fn fraction(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }
}
