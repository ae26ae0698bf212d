//! What a model is asked for a row.
//!
//! Owns built-in prompts, and the conversation around one. Knows nothing of answers.

mod conversation;
mod wording;

pub use conversation::Example;

pub(super) use conversation::Asked;
pub(crate) use conversation::Asking;
pub(crate) use wording::Wording;
