//! A checkpoint: a folder with a model's configuration, weights, tokenizer and template, as Hugging Face lays it out.
//! Owns which file is what; knows nothing of where folders come from.

mod error;
mod folder;
mod load;
mod save;
mod untrained;

pub use error::CheckpointError;
pub use folder::Checkpoint;
pub use save::{SHARD_BYTES, save};
pub use untrained::{language_model, reward_model, reward_model_over};
