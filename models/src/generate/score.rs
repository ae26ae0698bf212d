//! How likely given texts are. Owns the question; only models that run here, or tell the probabilities of a prompt, can
//! answer it.

use async_trait::async_trait;

use super::{GenerateError, Prompt, Usage};

/// A prompt and what comes after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// What comes before.
    pub prompt: Prompt,
    /// What is scored.
    pub continuation: Continuation,
}

/// What is scored.
#[derive(Debug, Clone, PartialEq)]
pub enum Continuation {
    /// A text, made into tokens by itself: none of them stands for an end of the prompt too.
    Text(String),
    /// Tokens as they are.
    Tokens(Vec<u32>),
}

/// How likely the tokens of a continuation are under the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// The tokens of the continuation.
    pub tokens: Vec<u32>,
    /// The natural logarithm of each token's probability after all that comes before it.
    pub log_probabilities: Vec<f32>,
    /// The entropy of the distribution that each token stands in, in natural units.
    pub entropies: Vec<f32>,
    /// What it took.
    pub usage: Usage,
}

/// Something that tells how likely texts are, any number at once.
#[async_trait]
pub trait Scorer: Send + Sync {
    /// How likely the continuation is.
    ///
    /// # Errors
    /// See [`GenerateError`].
    async fn score(&self, passage: Passage) -> Result<Scores, GenerateError>;
}
