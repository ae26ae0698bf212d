//! How likely tokens are under the model, before sampling changes anything. Owns logarithms of sums.

use super::Sampler;
use super::exponential::{exponentials, highest, sum};

/// How likely a token was, and how sure the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likelihood {
    /// The natural logarithm of the token's probability.
    pub log_probability: f32,
    /// The entropy of the distribution that it stands in, in natural units.
    pub entropy: f32,
}

impl Sampler {
    /// The natural logarithm of a token's probability.
    pub fn log_probability(&mut self, logits: &[f32], token: u32) -> f32 {
        let highest = highest(logits);
        exponentials(logits, highest, &mut self.weights);
        (f64::from(logits[token as usize] - highest) - sum(&self.weights).ln()) as f32
    }

    /// How likely a token is, and the entropy: `ln Σ eˡ - Σ p · l`.
    pub fn likelihood(&mut self, logits: &[f32], token: u32) -> Likelihood {
        let highest = highest(logits);
        exponentials(logits, highest, &mut self.weights);
        let total = sum(&self.weights);
        // What has no weight may be infinitely unlikely, and zero times infinity is no number.
        let weighted = logits.iter().zip(&self.weights).filter(|(_, weight)| **weight > 0.0);
        let weighted: f64 = weighted.map(|(logit, weight)| f64::from(*weight) * f64::from(logit - highest)).sum();
        Likelihood {
            log_probability: (f64::from(logits[token as usize] - highest) - total.ln()) as f32,
            entropy: (total.ln() - weighted / total) as f32,
        }
    }
}
