//! What can go wrong with a checkpoint. Owns which part of it is at fault.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::ConfigError;
use crate::template::TemplateError;
use crate::tokenizer::TokenizerError;
use crate::weights::WeightsError;

/// A checkpoint that could not be opened, loaded or saved.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Its configuration.
    #[error("failed to follow `{path}`: {source}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ConfigError,
    },
    /// Its weights.
    #[error("failed to load the weights in `{path}`: {source}")]
    Weights {
        /// The folder.
        path: PathBuf,
        /// What is wrong with them.
        source: WeightsError,
    },
    /// The folder it is saved to.
    #[error("failed to save the weights: {0}")]
    Save(#[source] WeightsError),
    /// Its tokenizer.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// Its chat template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// It is another kind of model.
    #[error("`{path}` is a {found}, but a {wanted} is needed")]
    Head {
        /// The folder.
        path: PathBuf,
        /// Its architecture.
        found: String,
        /// The architecture that is needed.
        wanted: String,
    },
    /// It has an adapter, which a checkpoint has no place for.
    #[error("the model has an adapter beside its weights; merge it first, or save the adapter alone")]
    Adapted,
    /// The folder has weights already.
    #[error("`{0}` has a checkpoint already; save to another folder, or delete it first")]
    Occupied(PathBuf),
    /// A file could not be read or written.
    #[error("failed to {action} `{path}`: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl CheckpointError {
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }
}
