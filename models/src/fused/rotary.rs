//! The rotation of queries and keys by their positions. Owns the angles, computed once for each position.

use crate::config::Frequencies;

/// Cosines and sines of the positions up to the furthest that was asked for.
#[derive(Debug)]
pub(crate) struct Angles {
    frequencies: Frequencies,
    /// For each position its cosines, then its sines.
    turns: Vec<f32>,
}

impl Angles {
    pub(crate) fn new(frequencies: Frequencies) -> Self {
        Self { frequencies, turns: Vec::new() }
    }

    /// Computes what is missing of the first `positions`. Angles are products in single precision, as the reference's.
    pub(crate) fn extend(&mut self, positions: usize) {
        let Frequencies { radians, scale } = &self.frequencies;
        let known = self.turns.len() / (2 * radians.len());
        for position in known..positions {
            let turns = radians.iter().map(|radians| (position as f32 * radians).sin_cos());
            let (sines, cosines): (Vec<f32>, Vec<f32>) = turns.unzip();
            self.turns.extend(cosines.into_iter().chain(sines).map(|turn| turn * scale));
        }
    }

    /// The cosines and sines of a position.
    pub(crate) fn at(&self, position: usize) -> (&[f32], &[f32]) {
        let pairs = self.frequencies.radians.len();
        self.turns[2 * pairs * position..][..2 * pairs].split_at(pairs)
    }
}

/// Rotates a head in place: each dimension of the first half with its partner in the second.
#[inline(always)]
pub(crate) fn rotate(head: &mut [f32], (cosines, sines): (&[f32], &[f32])) {
    let (first, second) = head.split_at_mut(cosines.len());
    for (((one, other), cosine), sine) in first.iter_mut().zip(second).zip(cosines).zip(sines) {
        (*one, *other) = (*one * cosine - *other * sine, *other * cosine + *one * sine);
    }
}
