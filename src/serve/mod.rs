//! A checkpoint behind the interface that OpenAI's clients speak.
//!
//! Owns the JSON of both of its parts, `chat/completions` and `completions`, and of what is refused. What is generated is
//! the models' own.

mod asked;
mod refusal;
mod reply;
mod routes;
mod streaming;

pub use routes::{Served, router};
