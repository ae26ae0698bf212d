//! How parameters follow their gradients, as the manifest says it.

use models::decoder::Kept;
use models::optimize::{self, Decay, Matrices, Schedule, Shape};
use models::train::Settings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What parameters follow, and how the learning rate changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Optimizer {
    /// How the learning rate changes after the warm-up.
    pub schedule: Falling,
    /// Over which part of all steps the learning rate rises from zero.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub warmup_ratio: f64,
    /// How much of a parameter is lost in a step, as a part of the learning rate.
    #[schemars(range(min = 0.0))]
    pub weight_decay: f64,
    /// Which parameters weight decay applies to: `everything`, as in verl, or `matrices`, all but norms and biases, as in
    /// TRL.
    pub decay: Decaying,
    /// What the matrices of layers follow: `adamw`, as embeddings, heads, norms and biases always do, or `muon`
    /// (<https://arxiv.org/abs/2502.16982>), their mean gradient made orthogonal. Entries of a step are as large either way,
    /// so one learning rate is a place to begin for both; Muon takes half of the memory of the moments.
    pub matrices: Following,
    /// Of AdamW: how slowly the mean of gradients changes.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub beta1: f64,
    /// Of AdamW: how slowly the mean of squared gradients changes.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub beta2: f64,
    /// Of AdamW: what is added to the root of the mean square.
    #[schemars(range(min = 0.0))]
    pub epsilon: f64,
    /// Of Muon: how slowly the mean of gradients changes.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub momentum: f64,
    /// How long the gradient of a step is at most; `null` where it may be any length.
    #[schemars(range(min = 0.0))]
    pub clip: Option<f64>,
}

/// How a learning rate changes after its warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Falling {
    /// Not at all.
    #[default]
    Constant,
    /// It falls to zero evenly.
    Linear,
    /// It falls to zero along half a cosine.
    Cosine,
}

/// What the matrices of layers follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Following {
    /// AdamW: each number its mean gradient, beside its usual size.
    #[default]
    Adamw,
    /// Muon: a matrix its mean gradient, made orthogonal.
    Muon,
}

/// Which parameters weight decay applies to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decaying {
    /// All of them.
    #[default]
    Everything,
    /// All but norms and biases.
    Matrices,
}

/// What is computed once more rather than kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recompute {
    /// Nothing.
    #[default]
    Nothing,
    /// Every layer, when the backward pass comes to it: memory for one layer in place of all, for a third more time.
    Layers,
}

impl Default for Optimizer {
    fn default() -> Self {
        let torch = optimize::Settings::default();
        Self {
            schedule: Falling::Constant,
            warmup_ratio: 0.0,
            weight_decay: torch.weight_decay,
            decay: Decaying::Everything,
            matrices: Following::Adamw,
            beta1: torch.beta1,
            beta2: torch.beta2,
            epsilon: torch.epsilon,
            momentum: 0.95,
            clip: Some(1.0),
        }
    }
}

impl Optimizer {
    /// Whether a step's learning rate does not depend on how many follow.
    pub(super) fn is_steady(&self) -> bool {
        self.schedule == Falling::Constant && self.warmup_ratio == 0.0
    }

    /// What the matrices of layers follow.
    pub(super) fn matrices(&self) -> Matrices {
        match self.matrices {
            Following::Adamw => Matrices::AdamW,
            Following::Muon => Matrices::Muon { momentum: self.momentum },
        }
    }

    /// The settings of a training of so many steps.
    pub(super) fn settings(&self, rate: f64, steps: u64) -> Settings {
        let shape = match self.schedule {
            Falling::Constant => Shape::Constant,
            Falling::Linear => Shape::Linear { steps },
            Falling::Cosine => Shape::Cosine { steps },
        };
        let decay = match self.decay {
            Decaying::Everything => Decay::Everything,
            Decaying::Matrices => Decay::Matrices,
        };
        let Self { weight_decay, beta1, beta2, epsilon, .. } = *self;
        let matrices = self.matrices();
        Settings {
            optimizer: optimize::Settings { beta1, beta2, epsilon, weight_decay, decay, matrices },
            schedule: Schedule { rate, warmup: (self.warmup_ratio * steps as f64).ceil() as u64, shape },
            greatest_norm: self.clip,
        }
    }
}

impl From<Recompute> for Kept {
    fn from(recompute: Recompute) -> Self {
        match recompute {
            Recompute::Nothing => Self::Everything,
            Recompute::Layers => Self::BetweenLayers,
        }
    }
}
