//! What can go wrong with a table's files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A table that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file system refused.
    #[error("{path}: {source}{}", remedy(.source))]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not the Parquet that it should be.
    #[error("{path}: {message}")]
    Format {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// Rows do not fit the columns that were promised.
    #[error("{0}")]
    Schema(String),
}

impl TableError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    pub(crate) fn format(path: &Path, error: &dyn std::fmt::Display) -> Self {
        Self::Format { path: path.to_owned(), message: error.to_string() }
    }
}

impl From<arrow::error::ArrowError> for TableError {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Schema(error.to_string())
    }
}

/// What to do about a refusal of the file system, where it is plain: the rest of a message.
pub(crate) fn remedy(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "; make room and run again, what is finished is kept"
        }
        _ => "",
    }
}
