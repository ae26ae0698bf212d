//! Parameters that were never trained. Owns the random numbers, which depend on the seed and a parameter's own name:
//! not on the order of parameters, the number of threads or the model around them.

use std::f64::consts::TAU;

use burn::tensor::TensorData;
use rayon::prelude::*;

use super::{Dtype, Found, Source, WeightsError};

/// A source that draws every parameter from a distribution of its own.
#[derive(Debug, Clone)]
pub struct Random<F> {
    /// The seed.
    pub seed: u64,
    /// What a parameter is drawn from, by its name.
    pub distribution: F,
}

/// What the numbers of a parameter are drawn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// They are all the same.
    Constant(f32),
    /// A normal distribution.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its deviation.
        deviation: f64,
    },
    /// All numbers up to a bound, and as far below zero.
    Uniform {
        /// The bound.
        bound: f64,
    },
}

impl Distribution {
    /// What the reference draws an untrained parameter from: norms are one, biases are zero, and all else is normal.
    pub fn untrained(name: &str, deviation: f64) -> Self {
        match name.rsplit('.').collect::<Vec<_>>()[..] {
            ["bias", ..] => Self::Constant(0.0),
            ["weight", module, ..] if module.ends_with("norm") => Self::Constant(1.0),
            _ => Self::Normal { mean: 0.0, deviation },
        }
    }
}

impl<F: Fn(&str) -> Distribution> Source for Random<F> {
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn find(&self, name: &str, place: &[usize], dtype: Dtype) -> Result<Found, WeightsError> {
        let count = place.iter().product();
        let numbers = match (self.distribution)(name) {
            Distribution::Constant(number) => vec![number; count],
            Distribution::Normal { mean, deviation } => {
                let key = key(self.seed, name);
                let number = |index: usize| (mean + deviation * normal(key, index as u64)) as f32;
                (0..count).into_par_iter().with_min_len(1 << 12).map(number).collect()
            }
            Distribution::Uniform { bound } => {
                let key = key(self.seed, name);
                (0..count as u64).map(|index| (bound * (2.0 * uniform(key, index) - 1.0)) as f32).collect()
            }
        };
        Ok(Found::Fitting(TensorData::new(numbers, place).convert_dtype(dtype.to_burn())))
    }
}

/// The stream of a parameter: FNV-1a over its name, mixed with the seed.
fn key(seed: u64, name: &str) -> u64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    mix(hash ^ mix(seed))
}

/// A number of the standard normal distribution, from a stream's pair of uniform ones: Box and Muller's.
fn normal(key: u64, index: u64) -> f64 {
    (-2.0 * uniform(key, 2 * index).ln()).sqrt() * (TAU * uniform(key, 2 * index + 1)).cos()
}

/// A number above zero, and one at most.
fn uniform(key: u64, index: u64) -> f64 {
    let word = mix(key.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    ((word >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// The finaliser of SplitMix64.
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
