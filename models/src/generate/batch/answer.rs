//! What a batch answers, in tokens. Owns why a sequence ended.

use crate::generate::Usage;
use crate::generate::sampling::Likelihood;

/// The answer to a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The samples, in their order.
    Written(Vec<Draft>),
    /// The scores.
    Scored(Scored),
    /// The judgement.
    Judged(Judged),
}

/// A sample as it was drawn, with all that ended it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The tokens.
    pub tokens: Vec<u32>,
    /// The natural logarithm of each token's probability under the model; nothing where it was not asked for.
    pub log_probabilities: Option<Vec<f32>>,
    /// Why it ended.
    pub ended: Ended,
    /// What it took.
    pub usage: Usage,
}

/// Why a sequence ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The last token ends a text.
    End,
    /// The last token completes a text that was to end it.
    Stop,
    /// It is as long as it may be.
    Length,
}

/// How likely given tokens are.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// One for each token of the continuation.
    pub likelihoods: Vec<Likelihood>,
    /// What it took.
    pub usage: Usage,
}

/// What a text is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The number that the model's head gives.
    pub score: f32,
    /// What it took.
    pub usage: Usage,
}
