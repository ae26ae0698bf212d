//! What can go wrong in training. Owns the words.

use std::io;
use std::path::PathBuf;

use crate::weights::WeightsError;

/// A step that could not be made, or a state that could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The gradient's norm is no number: a step along it would destroy the model.
    #[error("the norm of the gradient is {0}; lower the learning rate, or look at the rows of this step")]
    NoNumber(f64),
    /// The parameters or the optimizer's state.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The count of steps.
    #[error("failed to {action} `{path}`: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A state that is not this model's.
    #[error("`{0}` does not hold the state of this training")]
    Foreign(PathBuf),
}
