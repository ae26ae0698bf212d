//! Texts into tokens and back. Owns the tokenizer of a checkpoint and the training of one; knows nothing of
//! conversations.

mod error;
mod folder;
mod tokens;
mod train;

pub use error::TokenizerError;
pub use tokens::{Encoded, Tokenizer};
pub use train::{Training, train};
