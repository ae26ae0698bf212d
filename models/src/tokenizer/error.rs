//! What can go wrong with a tokenizer. Owns the words.

use std::io;
use std::path::{Path, PathBuf};

/// A tokenizer that could not be read, made or used.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
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
    /// A file is not what it should be.
    #[error("failed to read a tokenizer from `{path}`: {reason}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A text could not be encoded.
    #[error("failed to encode a text: {0}")]
    Encode(String),
    /// Tokens could not be decoded.
    #[error("failed to decode tokens: {0}")]
    Decode(String),
    /// A tokenizer could not be trained.
    #[error("failed to train a tokenizer: {0}")]
    Train(String),
    /// The vocabulary is too small for what it must have.
    #[error("a vocabulary of {given} has no room for 256 bytes and {special} special tokens; ask for at least {least}")]
    Small {
        /// Its size.
        given: usize,
        /// How many special tokens are asked for.
        special: usize,
        /// The least that has room.
        least: usize,
    },
}

impl TokenizerError {
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    pub(super) fn format(path: &Path, reason: impl ToString) -> Self {
        Self::Format { path: path.to_owned(), reason: reason.to_string() }
    }
}
