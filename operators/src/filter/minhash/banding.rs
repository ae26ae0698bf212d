//! Signatures cut into bands, so that similar documents meet in a table instead of being compared with all others.
//!
//! Owns the choice of the number of bands and their keys. Refuses to know documents and tables.

use std::num::{NonZeroU64, NonZeroUsize};

use super::random;

/// Steps of the numerical integrals; even, for Simpson's rule.
const STEPS: usize = 128;

/// Set in every key. Not the lowest bit: tables find their place by low bits.
const NEVER_ZERO: NonZeroU64 = NonZeroU64::new(1 << 63).expect("a bit is set");

/// How much the two errors weigh against each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Of pairs below the threshold that meet.
    pub false_positive: f64,
    /// Of pairs above the threshold that do not meet.
    pub false_negative: f64,
}

/// The hash of one band of one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BandKey(NonZeroU64);

/// A cut of signatures into `bands` of `rows` entries each; entries left over are not used.
///
/// Two documents of similarity s agree in all rows of at least one band with probability 1 − (1 − sʳ)ᵇ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banding {
    bands: usize,
    multipliers: Vec<u64>,
}

impl Banding {
    /// The cut that errs least around `threshold`, for signatures of length `permutations`.
    ///
    /// It minimises, over all b and r with b·r ≤ k,
    ///
    /// ```text
    /// w₊ ∫₀ᵗ 1 − (1 − sʳ)ᵇ ds  +  w₋ ∫ₜ¹ (1 − sʳ)ᵇ ds
    /// ```
    ///
    /// as `MinHashLSH` of datasketch does (`_optimal_param` in its `lsh.py`; with its weights of one half each, the
    /// choice is the same).
    #[must_use]
    pub fn optimal(threshold: f64, permutations: NonZeroUsize, weights: Weights) -> Self {
        let permutations = permutations.get();
        let cuts = (1..=permutations).flat_map(|bands| (1..=permutations / bands).map(move |rows| (bands, rows)));
        let (_, bands, rows) = cuts
            .map(|(bands, rows)| (weighted_error(threshold, bands, rows, weights), bands, rows))
            .fold((f64::INFINITY, 1, 1), |best, next| if next.0 < best.0 { next } else { best });
        let mut multipliers = random::odd_numbers(0);
        Self { bands, multipliers: (0..rows).map(|_| multipliers()).collect() }
    }

    /// The number of bands.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.bands
    }

    /// The number of entries in a band.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.multipliers.len()
    }

    /// Writes the key of each band of `signature`: equal bands have equal keys, and nearly only they.
    pub(super) fn keys(&self, signature: &[u32], keys: &mut [Option<BandKey>]) {
        for (band, key) in signature.chunks_exact(self.rows()).zip(keys) {
            let products = band.iter().zip(&self.multipliers).map(|(row, odd)| u64::from(*row).wrapping_mul(*odd));
            let sum = products.fold(0, u64::wrapping_add);
            *key = Some(BandKey(NEVER_ZERO | sum));
        }
    }
}

impl BandKey {
    /// The key as a number to hash with.
    pub(super) fn get(self) -> u64 {
        self.0.get()
    }
}

fn weighted_error(threshold: f64, bands: usize, rows: usize, weights: Weights) -> f64 {
    let apart = |similarity: f64| power(1.0 - power(similarity, rows), bands);
    let false_positive = integral(0.0, threshold, |similarity| 1.0 - apart(similarity));
    let false_negative = integral(threshold, 1.0, apart);
    weights.false_positive * false_positive + weights.false_negative * false_negative
}

/// Simpson's rule.
fn integral(from: f64, to: f64, function: impl Fn(f64) -> f64) -> f64 {
    let step = (to - from) / STEPS as f64;
    let weighted = |index: usize| {
        let weight = match index {
            0 | STEPS => 1.0,
            _ if index % 2 == 1 => 4.0,
            _ => 2.0,
        };
        weight * function(from + step * index as f64)
    };
    (0..=STEPS).map(weighted).sum::<f64>() * step / 3.0
}

/// By squaring; `powi` may round differently on other platforms, and the choice of a cut must not depend on them.
fn power(base: f64, exponent: usize) -> f64 {
    let (mut result, mut square, mut rest) = (1.0, base, exponent);
    while rest > 0 {
        if rest % 2 == 1 {
            result *= square;
        }
        square *= square;
        rest /= 2;
    }
    result
}
