//! What can go wrong with a model of the hub. Owns the words.

use std::path::PathBuf;

/// A model of the hub that is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// It is not called that.
    #[error("`{0}` is no model's name; write it as ORG/NAME or ORG/NAME@REVISION")]
    Name(String),
    /// It could not be fetched.
    #[error(
        "failed to fetch {name} from {endpoint}: {reason}; where there is no network, copy a cache that has it to {}, \
         or name a folder", .cache.display()
    )]
    Fetch {
        /// The model.
        name: String,
        /// Where it was asked for.
        endpoint: String,
        /// What happened.
        reason: String,
        /// Where it would have been put.
        cache: PathBuf,
    },
    /// It has no weights that can be read.
    #[error(
        "{0} has no weights as safetensors; convert it with `save_pretrained` of transformers, and name the folder"
    )]
    Weights(String),
}
