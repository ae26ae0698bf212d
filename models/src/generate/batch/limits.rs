//! How much is done at once. Owns the numbers, none of which changes an answer.

/// How much is done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many pages there are; the runner has as many.
    pub pages: usize,
    /// How many sequences are written at the same time.
    pub sequences: usize,
    /// How many tokens a pass reads; at least as many as there are sequences.
    pub tokens: usize,
    /// How many tokens are scored in a pass: each takes the room of the whole vocabulary.
    pub scored: usize,
}

impl Limits {
    /// What suits most models, with so many pages.
    pub fn new(pages: usize) -> Self {
        Self { pages, sequences: 256, tokens: 1024, scored: 256 }
    }
}
