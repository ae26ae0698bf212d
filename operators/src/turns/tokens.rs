//! How many tokens a text has, where nobody counted them.

use models::generate::Completion;

/// Bytes that count as a token.
const BYTES_PER_TOKEN: usize = 4;

/// About as many as a text has.
pub(crate) fn estimated(text: &str) -> u64 {
    text.len().div_ceil(BYTES_PER_TOKEN) as u64
}

/// As many as a model says that it wrote, and about as many where it does not say.
pub(crate) fn written(answer: &Completion) -> u64 {
    match answer.usage.completion {
        0 => estimated(&answer.text),
        told => told,
    }
}
