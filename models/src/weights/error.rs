//! What can go wrong with weights. Owns the words.

use std::io;
use std::path::{Path, PathBuf};

use super::Account;

/// Weights that could not be read, written or applied.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// There are no weights.
    #[error(
        "`{0}` has neither `model.safetensors` nor `model.safetensors.index.json`; convert other formats with \
         `save_pretrained` of transformers"
    )]
    Absent(PathBuf),
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
    /// A file is no safetensors file, or is cut off.
    #[error("`{path}` is no complete safetensors file: {reason}; fetch it again")]
    Format {
        /// The file.
        path: PathBuf,
        /// What the format's own reader said.
        reason: String,
    },
    /// The index does not fit its files.
    #[error("`{path}` says where `{name}` is, but {reason}; fetch the checkpoint again")]
    Index {
        /// The index.
        path: PathBuf,
        /// The parameter.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A parameter is neither f32, bf16 nor f16.
    #[error("`{name}` in `{path}` is stored as {dtype}, which is not supported; f32, bf16 and f16 are")]
    Dtype {
        /// The file.
        path: PathBuf,
        /// The parameter.
        name: String,
        /// What it is stored as.
        dtype: String,
    },
    /// The weights are not this model's.
    #[error("the weights do not fit the model:\n{0}")]
    Mismatch(Account),
    /// A tied head is stored, and is not the embedding.
    #[error(
        "`tie_word_embeddings` is true, but `{head}` is stored and differs from `{embedding}`; set it to false in \
         `config.json` if the head is its own"
    )]
    Untied {
        /// The head's name.
        head: String,
        /// The embedding's.
        embedding: String,
    },
}

impl WeightsError {
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    pub(crate) fn format(path: &Path, reason: impl ToString) -> Self {
        Self::Format { path: path.to_owned(), reason: reason.to_string() }
    }
}
