//! What is minimised, as the manifest says it, with the defaults of verl where the papers leave them open.

use models::objective::{Advantages, Aggregation, Divergence, PolicyObjective, Ratio, Scale, Singleton};
use models::train::PolicySettings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How rewards become advantages: `(r - mean of the group) / (deviation + epsilon)`, the deviation being the sample's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Advantage {
    /// What differences are divided by.
    pub scale: AdvantageScale,
    /// What is added to the deviation: 1e-6 in verl, 1e-4 in TRL.
    #[schemars(range(min = 0.0))]
    pub epsilon: f64,
    /// What an answer gets that is alone in its group.
    pub singleton: Lone,
}

/// What differences of rewards are divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdvantageScale {
    /// The deviation in the group.
    #[default]
    Group,
    /// The deviation in the step; the mean is still the group's.
    Batch,
    /// Nothing (Dr. GRPO, <https://arxiv.org/abs/2503.20783>).
    None,
}

/// What an answer gets that is alone in its group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lone {
    /// Its reward, as in verl.
    #[default]
    Reward,
    /// Nothing.
    Zero,
}

/// The clipped objective, and what is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Objective {
    /// How much less likely a token may become before it counts no more.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub clip_low: f32,
    /// How much likelier.
    #[schemars(range(min = 0.0))]
    pub clip_high: f32,
    /// With a negative advantage a token costs at most so many times its advantage; `null` where it may cost any number.
    #[schemars(range(min = 1.0))]
    pub dual_clip: Option<f32>,
    /// What the ratio of probabilities is taken over.
    pub ratio: RatioOf,
    /// How tokens' losses become one.
    pub aggregation: Aggregate,
    /// What the distance to a reference costs.
    pub kl: Option<Kl>,
    /// What a token's entropy is worth.
    pub entropy: f32,
    /// What becomes of answers that were cut at `max_tokens`.
    pub truncated: Truncated,
    /// What becomes of groups whose answers are all worth the same, of which nothing can be learned but that they are long.
    pub equal_groups: EqualGroups,
}

/// What a ratio of probabilities is taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RatioOf {
    /// Each token by itself.
    #[default]
    Token,
    /// The answer (GSPO, <https://arxiv.org/abs/2507.18071>).
    Sequence,
}

/// How tokens' losses become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Every token of the batch counts the same (DAPO, <https://arxiv.org/abs/2503.14476>).
    #[default]
    TokenMean,
    /// Every answer counts the same, and within it every token (GRPO, <https://arxiv.org/abs/2402.03300>).
    SequenceMean,
    /// Every token counts the same in every batch: the sum is divided by answers times `max_tokens` (Dr. GRPO,
    /// <https://arxiv.org/abs/2503.20783>).
    DrGrpo,
}

/// What the distance to a reference costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kl {
    /// How it is estimated.
    #[serde(default)]
    pub estimator: Estimator,
    /// How much it costs.
    #[schemars(range(min = 0.0))]
    pub coefficient: f32,
}

/// An estimator of divergence, <http://joschu.net/blog/kl-approx.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// The difference of log-probabilities.
    K1,
    /// Half its square.
    K2,
    /// The one of small variance that is never negative.
    #[default]
    K3,
}

/// What becomes of answers that were cut at `max_tokens`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Truncated {
    /// They are learned like any other.
    #[default]
    Learn,
    /// Their rewards count in their groups, and nothing of them is learned.
    Mask,
}

/// What becomes of groups whose answers are all worth the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EqualGroups {
    /// Their tokens count where tokens are counted.
    #[default]
    Learn,
    /// They are left out, so that the others count more (DAPO's dynamic sampling, <https://arxiv.org/abs/2503.14476>, without
    /// drawing others in their place).
    Drop,
}

impl Default for Advantage {
    fn default() -> Self {
        Self { scale: AdvantageScale::Group, epsilon: 1e-6, singleton: Lone::Reward }
    }
}

impl Default for Objective {
    fn default() -> Self {
        Self {
            clip_low: 0.2,
            clip_high: 0.2,
            dual_clip: Some(3.0),
            ratio: RatioOf::Token,
            aggregation: Aggregate::TokenMean,
            kl: None,
            entropy: 0.0,
            truncated: Truncated::Learn,
            equal_groups: EqualGroups::Learn,
        }
    }
}

impl Advantage {
    /// The formula.
    pub(super) fn formula(self) -> Advantages {
        let scale = match self.scale {
            AdvantageScale::Group => Scale::Group,
            AdvantageScale::Batch => Scale::Batch,
            AdvantageScale::None => Scale::None,
        };
        let singleton = match self.singleton {
            Lone::Reward => Singleton::Reward,
            Lone::Zero => Singleton::Zero,
        };
        Advantages { scale, epsilon: self.epsilon, singleton }
    }
}

impl Objective {
    /// The formula, of answers of at most so many tokens.
    pub(super) fn formula(&self, temperature: f32, max_tokens: usize) -> PolicySettings {
        let ratio = match self.ratio {
            RatioOf::Token => Ratio::Token,
            RatioOf::Sequence => Ratio::Sequence,
        };
        let divergence = |kl: Kl| match kl.estimator {
            Estimator::K1 => (Divergence::K1, kl.coefficient),
            Estimator::K2 => (Divergence::K2, kl.coefficient),
            Estimator::K3 => (Divergence::K3, kl.coefficient),
        };
        let aggregation = match self.aggregation {
            Aggregate::TokenMean => Aggregation::TokenMean,
            Aggregate::SequenceMean => Aggregation::SequenceMean,
            Aggregate::DrGrpo => Aggregation::SequenceSum { length: max_tokens },
        };
        let Self { clip_low, clip_high, dual_clip, entropy, .. } = *self;
        let objective =
            PolicyObjective { clip_low, clip_high, dual_clip, ratio, divergence: self.kl.map(divergence), entropy };
        PolicySettings { objective, aggregation, temperature }
    }
}
