//! Why a `config.json` is refused. Owns the words.

use std::path::PathBuf;

/// A `config.json` that cannot be followed exactly.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("failed to read `{path}`: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not a JSON object.
    #[error("failed to parse the model's configuration: {0}")]
    Json(#[from] serde_json::Error),
    /// No decoder here is called that.
    #[error("the architecture `{0}` is not supported; supported are {1}")]
    Architecture(String, String),
    /// A field is not there, and has no default.
    #[error("the field `{0}` is missing")]
    Missing(&'static str),
    /// A field is not what it must be.
    #[error("the field `{field}` is {found}, which is not {expected}")]
    Invalid {
        /// Its name.
        field: String,
        /// Its value.
        found: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A field asks for what is not done here, and doing without would change the result.
    #[error("the field `{field}` is {found}, which is not supported: {reason}")]
    Unsupported {
        /// Its name.
        field: String,
        /// Its value.
        found: String,
        /// What is supported instead.
        reason: &'static str,
    },
    /// Two fields contradict each other.
    #[error("{0}")]
    Contradiction(String),
}
