//! The clipped objective of policy optimization, in the variants that GRPO and its kin take.

use burn::tensor::Tensor;

use super::Divergence;
use crate::fused::gradient::row_sums;

/// The clipped objective: `-min(r A, clip(r, 1 - ε_low, 1 + ε_high) A)`, `r` being the ratio of the policy's
/// probabilities to those that the tokens were drawn with (PPO, <https://arxiv.org/abs/1707.06347>, equation 7; with two
/// bounds DAPO, <https://arxiv.org/abs/2503.14476>, equation 10).
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyObjective {
    /// `ε_low`.
    pub clip_low: f32,
    /// `ε_high`.
    pub clip_high: f32,
    /// For a negative advantage the loss is at most `-c A` (dual clip, <https://arxiv.org/abs/1912.09729>, equation 5);
    /// verl's default is 3, TRL has none.
    pub dual_clip: Option<f32>,
    /// What the ratio is taken over.
    pub ratio: Ratio,
    /// What a token's distance to the reference costs.
    pub divergence: Option<(Divergence, f32)>,
    /// What a token's entropy is worth.
    pub entropy: f32,
}

/// What a ratio of probabilities is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ratio {
    /// Each token by itself.
    Token,
    /// The text, as the geometric mean over its tokens (GSPO, <https://arxiv.org/abs/2507.18071>, equation 7); a token's
    /// gradient is its own (equation 13).
    Sequence,
}

/// Texts that were drawn from an earlier policy.
#[derive(Debug, Clone)]
pub struct Rollouts {
    /// What the policy at hand makes of each token. `[rows, tokens]`
    pub log_probabilities: Tensor<2>,
    /// What the policy made of it that drew it. `[rows, tokens]`
    pub drawn: Tensor<2>,
    /// What the reference makes of it; asked for where a divergence costs. `[rows, tokens]`
    pub reference: Option<Tensor<2>>,
    /// The entropy of what the policy at hand would draw; asked for where it is worth something. `[rows, tokens]`
    pub entropy: Option<Tensor<2>>,
    /// One for tokens that count, zero for others. `[rows, tokens]`
    pub mask: Tensor<2>,
    /// How much better each text is than was to be expected. `[rows]`
    pub advantages: Tensor<1>,
}

/// The loss of each token, and what there is to know of it.
#[derive(Debug, Clone)]
pub struct PolicyLosses {
    /// The loss. `[rows, tokens]`
    pub losses: Tensor<2>,
    /// One where a bound of the ratio made the loss greater, otherwise zero. `[rows, tokens]`
    pub clipped: Tensor<2>,
    /// One where dual clipping made it smaller, otherwise zero. `[rows, tokens]`
    pub dual_clipped: Tensor<2>,
}

/// The logarithm of a ratio is bounded as verl bounds it.
const LOG_RATIO: f32 = 20.0;

impl PolicyObjective {
    /// The loss of each token, to be aggregated.
    pub fn losses(&self, rollouts: &Rollouts) -> PolicyLosses {
        let advantages = rollouts.advantages.clone().unsqueeze_dim::<2>(1);
        let ratio = self.ratio.log(rollouts).clamp(-LOG_RATIO, LOG_RATIO).exp();
        let free = ratio.clone() * advantages.clone().neg();
        let bounded = ratio.clamp(1.0 - self.clip_low, 1.0 + self.clip_high) * advantages.clone().neg();
        let clipped = bounded.clone().greater(free.clone()).float();
        let losses = free.max_pair(bounded);
        let (losses, dual_clipped) = self.dual_clip(losses, advantages);
        PolicyLosses { losses: self.regularised(losses, rollouts), clipped, dual_clipped }
    }

    fn dual_clip(&self, losses: Tensor<2>, advantages: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let Some(bound) = self.dual_clip else {
            let none = losses.zeros_like();
            return (losses, none);
        };
        let shape = losses.shape();
        let negative = advantages.clone().lower_elem(0.0).expand(shape.clone());
        let most = advantages.mul_scalar(-bound).expand(shape);
        let exceeds = losses.clone().greater(most.clone()).bool_and(negative);
        (losses.mask_where(exceeds.clone(), most), exceeds.float())
    }

    /// With what divergence costs and entropy is worth.
    fn regularised(&self, losses: Tensor<2>, rollouts: &Rollouts) -> Tensor<2> {
        let losses = match (self.divergence, &rollouts.reference) {
            (Some((divergence, cost)), Some(reference)) => {
                losses + divergence.estimate(rollouts.log_probabilities.clone(), reference.clone()).mul_scalar(cost)
            }
            _ => losses,
        };
        match &rollouts.entropy {
            Some(entropy) if self.entropy != 0.0 => losses - entropy.clone().mul_scalar(self.entropy),
            _ => losses,
        }
    }
}

impl Ratio {
    /// The ratio's logarithm at each token.
    fn log(self, rollouts: &Rollouts) -> Tensor<2> {
        let Rollouts { log_probabilities, drawn, mask, .. } = rollouts;
        match self {
            Self::Token => log_probabilities.clone() - drawn.clone(),
            Self::Sequence => {
                let own = log_probabilities.clone().detach();
                let tokens = row_sums(mask.clone()).clamp_min(1.0);
                let mean = row_sums((own.clone() - drawn.clone()) * mask.clone()) / tokens;
                // Zero, but for its gradient, which is each token's own. Not a difference: what burn compiles for a card fails
                // at one of a tensor with itself.
                log_probabilities.clone() + own.neg() + mean.unsqueeze_dim(1)
            }
        }
    }
}
