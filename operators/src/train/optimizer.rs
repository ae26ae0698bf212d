//! How parameters follow their gradients, as the manifest says it.

use models::decoder::Kept;
use models::optimize::{self, Decay, Schedule, Shape};
use models::train::Settings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// AdamW, and how its learning rate changes.
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
    /// How slowly the mean of gradients changes.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub beta1: f64,
    /// How slowly the mean of squared gradients changes.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub beta2: f64,
    /// What is added to the root of the mean square.
    #[schemars(range(min = 0.0))]
    pub epsilon: f64,
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
            beta1: torch.beta1,
            beta2: torch.beta2,
            epsilon: torch.epsilon,
            clip: Some(1.0),
        }
    }
}

impl Optimizer {
    /// Whether a step's learning rate does not depend on how many follow.
    pub(super) fn is_steady(&self) -> bool {
        self.schedule == Falling::Constant && self.warmup_ratio == 0.0
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
        Settings {
            optimizer: optimize::Settings { beta1, beta2, epsilon, weight_decay, decay },
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
