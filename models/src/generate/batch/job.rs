//! What a batch is asked. Owns what is refused at once.

use std::ops::Range;

use crate::generate::sampling::NoToken;
use crate::generate::{Processors, Sampling, StopTexts, Watch};

/// A prompt, and what is to be done with it.
#[derive(Debug)]
pub struct Job {
    /// The prompt.
    pub prompt: Vec<u32>,
    /// What is to be done.
    pub task: Task,
}

/// What is to be done with a prompt.
#[derive(Debug)]
pub enum Task {
    /// It is continued.
    Write(Writing),
    /// These tokens are scored as its continuation.
    Score(Vec<u32>),
    /// It is judged as a whole, by a model with a head for that.
    Judge,
}

/// How a prompt is continued.
#[derive(Debug)]
pub struct Writing {
    /// The numbers of its samples.
    pub samples: Range<u64>,
    /// What the draws begin with, together with a sample's number.
    pub seed: u64,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// What else changes the logits.
    pub processors: Processors,
    /// Who is told of tokens.
    pub watch: Watch,
    /// The tokens that end a text.
    pub end: Vec<u32>,
    /// The texts that end one.
    pub stop: Option<StopTexts>,
    /// How many tokens there are at most, with the prompt.
    pub longest: usize,
    /// Whether to tell how likely each token was.
    pub log_probabilities: bool,
}

/// A job without an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// There is nothing to continue.
    #[error("a prompt has at least one token; begin with the token that texts begin with")]
    Empty,
    /// No word of the vocabulary has this number.
    #[error("token {token} is not in the vocabulary, which has {vocabulary} words")]
    Unknown {
        /// The token.
        token: u32,
        /// How many words there are.
        vocabulary: usize,
    },
    /// It does not fit, even alone.
    #[error(
        "a text of {tokens} tokens does not fit: all pages together have room for {capacity}; give the model more pages, or ask for less"
    )]
    Pages {
        /// How many tokens it has, or is about to have.
        tokens: usize,
        /// How many fit.
        capacity: usize,
    },
    /// The model's judgement cannot be read.
    #[error(
        "the model judged a text of {0} tokens by what is no number; its weights are broken, or too large for its precision"
    )]
    NoNumber(usize),
    /// A token cannot be drawn.
    #[error(transparent)]
    NoToken(#[from] NoToken),
    /// What was written is no text to the tokenizer.
    #[error("{0}")]
    Decode(String),
}

impl Writing {
    /// Whether the highest logit is all that there is to know.
    pub(super) fn is_plain(&self) -> bool {
        let Sampling { temperature, repetition_penalty, .. } = self.sampling;
        temperature == 0.0 && repetition_penalty == 1.0 && self.processors.is_empty() && !self.log_probabilities
    }
}

impl Job {
    /// Refuses what can never be answered.
    pub(super) fn check(&self, vocabulary: usize, capacity: usize) -> Result<(), JobError> {
        let continuation: &[u32] = if let Task::Score(tokens) = &self.task { tokens } else { &[] };
        let tokens = self.prompt.len() + continuation.len();
        if self.prompt.is_empty() {
            return Err(JobError::Empty);
        }
        if let Some(token) = self.prompt.iter().chain(continuation).find(|token| **token as usize >= vocabulary) {
            return Err(JobError::Unknown { token: *token, vocabulary });
        }
        if tokens > capacity { Err(JobError::Pages { tokens, capacity }) } else { Ok(()) }
    }
}
