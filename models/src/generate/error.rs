//! Why there is no answer. Owns the difference between a request that cannot be answered and a model that cannot answer
//! now.

use std::time::Duration;

use crate::template::TemplateError;
use crate::tokenizer::TokenizerError;

/// A request without an answer.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// This request is never answered: too long, refused, out of what the model can do.
    #[error("{0}")]
    Request(String),
    /// The prompt is no text that the model's template can make.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The prompt or the answer is no text to the tokenizer.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The model cannot be reached, or is overwhelmed: the same request may be answered later.
    #[error("{message}")]
    Unavailable {
        /// What happened, and how often.
        message: String,
        /// How long it asks to be left alone.
        after: Option<Duration>,
    },
    /// No request is answered any more until a person does something: a wrong key, a spent budget, a broken model.
    #[error("{0}")]
    Fatal(String),
}
