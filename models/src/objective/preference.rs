//! Direct preference optimization: losses of pairs, from what policy and reference make of both texts.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// A loss over pairs; `δ` is `(log π - log π_ref)` of the chosen text less that of the rejected one, each summed over the
/// tokens that count. Step-DPO (<https://arxiv.org/abs/2406.18629>, equation 2) is the same over the tokens of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PreferenceObjective {
    /// `-log σ(β δ)` (<https://arxiv.org/abs/2305.18290>, equation 7).
    Sigmoid {
        /// `β`.
        beta: f32,
    },
    /// `(δ' - 1 / 2β)²`, `δ'` being taken of means over tokens in place of sums, as the authors of IPO confirmed to TRL
    /// (<https://arxiv.org/abs/2310.12036>, equation 17).
    Ipo {
        /// `β`, the paper's τ.
        beta: f32,
    },
    /// `-(1 - ε) log σ(β δ) - ε log σ(-β δ)`: a part ε of the pairs may be the wrong way round
    /// (<https://ericmitchell.ai/cdpo.pdf>, equation 3).
    Conservative {
        /// `β`.
        beta: f32,
        /// `ε`.
        flipped: f32,
    },
    /// `(-(1 - ε) log σ(β δ) + ε log σ(-β δ)) / (1 - 2ε)`: unbiased where a part ε of the pairs is the wrong way round
    /// (<https://arxiv.org/abs/2403.00409>, equation 12).
    Robust {
        /// `β`.
        beta: f32,
        /// `ε`, below a half.
        flipped: f32,
    },
}

/// Pairs of texts: sums of log-probabilities over the tokens that count, and how many these are. All `[pairs]`.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// Of the chosen text, by the policy.
    pub chosen: Tensor<1>,
    /// Of the rejected text, by the policy.
    pub rejected: Tensor<1>,
    /// Of the chosen text, by the reference.
    pub reference_chosen: Tensor<1>,
    /// Of the rejected text, by the reference.
    pub reference_rejected: Tensor<1>,
    /// Tokens of the chosen text.
    pub chosen_tokens: Tensor<1>,
    /// Tokens of the rejected text.
    pub rejected_tokens: Tensor<1>,
}

impl Pairs {
    /// How unlikely each chosen text is: `-log π`, the mean over its tokens. Added to a loss, it keeps the chosen text from
    /// becoming less likely together with the rejected one (<https://arxiv.org/abs/2404.19733>, equation 1, first term).
    ///
    /// # Shapes
    /// - result: `[pairs]`
    pub fn imitation(&self) -> Tensor<1> {
        (self.chosen.clone() / self.chosen_tokens.clone().clamp_min(1.0)).neg()
    }
}

impl PreferenceObjective {
    /// The loss of each pair.
    ///
    /// # Shapes
    /// - result: `[pairs]`
    pub fn losses(self, pairs: &Pairs) -> Tensor<1> {
        let chosen = pairs.chosen.clone() - pairs.reference_chosen.clone();
        let rejected = pairs.rejected.clone() - pairs.reference_rejected.clone();
        match self {
            Self::Sigmoid { beta } => log_sigmoid((chosen - rejected).mul_scalar(beta)).neg(),
            Self::Ipo { beta } => {
                let chosen = chosen / pairs.chosen_tokens.clone().clamp_min(1.0);
                let rejected = rejected / pairs.rejected_tokens.clone().clamp_min(1.0);
                (chosen - rejected).sub_scalar(1.0 / (2.0 * beta)).powi_scalar(2)
            }
            Self::Conservative { beta, flipped } => {
                let margin = (chosen - rejected).mul_scalar(beta);
                let right = log_sigmoid(margin.clone()).mul_scalar(flipped - 1.0);
                right - log_sigmoid(margin.neg()).mul_scalar(flipped)
            }
            Self::Robust { beta, flipped } => {
                let margin = (chosen - rejected).mul_scalar(beta);
                let right = log_sigmoid(margin.clone()).mul_scalar(flipped - 1.0);
                (right + log_sigmoid(margin.neg()).mul_scalar(flipped)).div_scalar(1.0 - 2.0 * flipped)
            }
        }
    }
}
