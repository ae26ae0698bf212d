//! How far a policy is from its reference, estimated from the tokens that were drawn.

use burn::tensor::Tensor;

/// An estimator of `KL(π ‖ π_ref)` from samples of π, <http://joschu.net/blog/kl-approx.html>; `d` is
/// `log π - log π_ref`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divergence {
    /// `d`: unbiased, of great variance, and may be negative.
    K1,
    /// `d² / 2`: biased, of small variance.
    K2,
    /// `exp(-d) + d - 1`: unbiased, of small variance, never negative.
    K3,
}

/// The exponent and the estimate are bounded as verl bounds them, so that one token cannot become infinite.
const EXPONENT: f32 = 20.0;
const ESTIMATE: f32 = 10.0;

impl Divergence {
    /// The estimate at each token.
    ///
    /// # Shapes
    /// - log_probabilities, reference, result: `[rows, tokens]`
    pub fn estimate(self, log_probabilities: Tensor<2>, reference: Tensor<2>) -> Tensor<2> {
        let difference = log_probabilities - reference;
        match self {
            Self::K1 => difference,
            Self::K2 => (difference.clone() * difference).mul_scalar(0.5),
            Self::K3 => {
                let exponent = difference.neg().clamp(-EXPONENT, EXPONENT);
                (exponent.clone().exp() - exponent).sub_scalar(1.0).clamp(-ESTIMATE, ESTIMATE)
            }
        }
    }
}
