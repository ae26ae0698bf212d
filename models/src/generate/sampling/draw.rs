//! The number that a draw is made with. Owns what it depends on: the request's seed, the sample's number and the place
//! in the completion. Neither other samples nor the batch that a token is drawn in change it.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What the draws of a completion begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The request's seed.
    pub seed: u64,
    /// The sample's number.
    pub sample: u64,
}

impl Draw {
    /// The number for a place in the completion: at least zero, and less than one.
    pub fn uniform(self, place: u64) -> f64 {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&self.sample.to_le_bytes());
        let mut random = ChaCha8Rng::from_seed(key);
        random.set_stream(place);
        // The 53 bits that a double has room for.
        (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
