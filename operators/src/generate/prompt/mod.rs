//! What a model is asked for a row.
//!
//! Owns built-in prompts, and the conversation around one. Knows nothing of answers.

mod conversation;
mod wording;

pub use conversation::Example;

pub(crate) use conversation::{Asked, Asking};
pub(crate) use wording::Wording;
