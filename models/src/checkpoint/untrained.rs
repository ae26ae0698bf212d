//! Models that no checkpoint holds yet. Owns what their parameters begin as.

use std::path::PathBuf;

use burn::module::Module;

use super::CheckpointError;
use crate::config::Config;
use crate::decoder::{Decoder, LanguageModel, RewardModel};
use crate::weights::{Distribution, Dtype, Found, Placement, Random, Source, WeightsError, fill};

/// A language model that was never trained.
pub fn language_model(config: &Config, seed: u64, placement: &Placement) -> Result<LanguageModel, CheckpointError> {
    draw(LanguageModel::unfilled(config, &placement.device), &untrained(config, seed), placement)
}

/// A reward model that was never trained.
pub fn reward_model(config: &Config, seed: u64, placement: &Placement) -> Result<RewardModel, CheckpointError> {
    draw(RewardModel::unfilled(config, &placement.device), &untrained(config, seed), placement)
}

/// A trained decoder with a head for rewards that was not: the head that [`reward_model`] has.
pub fn reward_model_over(
    decoder: Decoder,
    config: &Config,
    seed: u64,
    placement: &Placement,
) -> Result<RewardModel, CheckpointError> {
    let model = RewardModel { model: decoder, ..RewardModel::unfilled(config, &placement.device) };
    draw(model, &HeadOnly(untrained(config, seed)), placement)
}

fn untrained(config: &Config, seed: u64) -> Random<impl Fn(&str) -> Distribution> {
    let deviation = config.deviation;
    Random { seed, distribution: move |name: &str| Distribution::untrained(name, deviation) }
}

/// Fills what the source has; all else keeps what it had.
fn draw<M: Module>(module: M, source: &dyn Source, placement: &Placement) -> Result<M, CheckpointError> {
    let filled = fill(module, source, placement);
    filled.map(|(module, _)| module).map_err(|source| CheckpointError::Weights { path: PathBuf::new(), source })
}

/// A source that has nothing for the decoder.
struct HeadOnly<S>(S);

impl<S: Source> Source for HeadOnly<S> {
    fn names(&self) -> Vec<String> {
        self.0.names()
    }

    fn find(&self, name: &str, place: &[usize], dtype: Dtype) -> Result<Found, WeightsError> {
        if name.starts_with("model.") { Ok(Found::Nothing) } else { self.0.find(name, place, dtype) }
    }
}
