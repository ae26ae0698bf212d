//! What a model answers. Owns what a completion ended with and what it took.

/// One sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The text, without special tokens and without what ended it.
    pub text: String,
    /// Its tokens; nothing where the model does not tell. Where a token ended it, with that one. Where a text ended it,
    /// the fewest that spell what is before, of which the last may spell a part of what ended it.
    pub tokens: Option<Vec<u32>>,
    /// The natural logarithm of each token's probability under the model, before sampling changed it; nothing where it
    /// was not asked for.
    pub log_probabilities: Option<Vec<f32>>,
    /// Why it ended.
    pub finish: Finish,
    /// What it took.
    pub usage: Usage,
}

/// Why a completion ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// With a token that ends a text.
    End,
    /// With one of the texts that were to end it; an endpoint does not always tell which, or that it was one.
    Stop(Option<String>),
    /// With as many tokens as were allowed, or as the model has room for.
    Length,
    /// Because the endpoint refused to go on, in its own word.
    Refused(String),
}

/// Tokens that were read and written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt; of a request's samples the first has them.
    pub prompt: u64,
    /// Those of them that had been read before.
    pub cached: u64,
    /// Tokens that were written.
    pub completion: u64,
}
