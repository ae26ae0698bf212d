//! What can go wrong with an adapter. Owns the words.

use std::io;
use std::path::{Path, PathBuf};

use crate::weights::WeightsError;

/// An adapter that could not be attached, read or written.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The model has one.
    #[error("the model has an adapter already; merge it first")]
    Attached,
    /// A name that is no projection's.
    #[error("no projection is called `{name}`; there are {}", .there.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The last parts of the names that there are.
        there: Vec<String>,
    },
    /// A rank of nothing.
    #[error("an adapter of rank 0 learns nothing; give it a rank of at least 1")]
    Rank,
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
    /// The configuration is not what it should be, or asks for what is not done here.
    #[error("failed to follow `{path}`: {reason}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The weights.
    #[error("failed to read or write the adapter's weights in `{path}`: {source}")]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        source: WeightsError,
    },
}

impl AdapterError {
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    pub(super) fn weights(path: &Path) -> impl FnOnce(WeightsError) -> Self {
        move |source| Self::Weights { path: path.to_owned(), source }
    }
}
