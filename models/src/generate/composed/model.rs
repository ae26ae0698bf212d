//! The models that run as one: a decoder with either head. Owns what a head gives for a hidden state.

use burn::tensor::{DType, Tensor};

use crate::config::Config;
use crate::decoder::{Decoder, LanguageModel, RewardModel};

pub(super) enum Model {
    Language(LanguageModel),
    Reward(RewardModel),
}

impl Model {
    pub(super) fn decoder(&self) -> &Decoder {
        match self {
            Self::Language(model) => &model.model,
            Self::Reward(model) => &model.model,
        }
    }

    /// How many numbers the head gives.
    pub(super) fn outputs(&self, config: &Config) -> usize {
        match self {
            Self::Language(_) => config.vocabulary_size,
            Self::Reward(_) => 1,
        }
    }

    /// What the head gives, in single precision.
    ///
    /// # Shapes
    /// - hidden: `[rows, hidden]`
    /// - result: `[rows, outputs]`
    pub(super) fn read_off(&self, hidden: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Language(model) => model.logits(hidden).cast(DType::F32),
            Self::Reward(model) => model.scores(hidden).unsqueeze_dim(1),
        }
    }
}
