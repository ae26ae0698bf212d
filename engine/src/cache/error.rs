//! What can go wrong with the cache.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::operator::Fault;
use crate::plan::Fingerprint;
use crate::table::{TableError, remedy};

/// The cache could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The file system refused.
    #[error("{path}: {source}{}", remedy(.source))]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The cache can be read but not written.
    #[error("the cache cannot be written ({path}: {source}); make it writable, or name another one with `--cache`")]
    Unwritable {
        /// What could not be written.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A stored file is not what was stored.
    #[error("{path}: {message}; remove it, or run the pipeline again to have it computed again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        message: String,
    },
    /// A table's file cannot be written or read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// An output is not complete enough to be published.
    #[error("the output {fingerprint} cannot be stored: {message}")]
    Incomplete {
        /// The output.
        fingerprint: Fingerprint,
        /// What is missing.
        message: String,
    },
    /// What is to be adopted does not fit.
    #[error("cannot adopt for output `{port}`: {message}")]
    Adopt {
        /// The output port.
        port: String,
        /// Why, and what would fit.
        message: String,
    },
}

impl CacheError {
    /// A refusal by the file system.
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    /// A refusal while writing below the cache: whether it is the cache as a whole shows in the kind.
    pub(super) fn write(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => {
                Self::Unwritable { path: path.to_owned(), source }
            }
            _ => Self::io(path, source),
        }
    }

    /// A file that is not what was stored.
    pub(super) fn damaged(path: &Path, message: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), message: message.into() }
    }
}

impl From<CacheError> for Fault {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Io { .. } | CacheError::Table(TableError::Io { .. }) => Self::infrastructure(error.to_string()),
            _ => Self::node(error.to_string()),
        }
    }
}
