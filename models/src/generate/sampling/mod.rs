//! From logits to a token. Owns the filters, in the reference's order and to its letter, and the draw, which depends on
//! nothing but a key; knows nothing of batches.
//!
//! A vocabulary has 150,000 words and a step draws for hundreds of sequences, so there is no sort of all of it, and no
//! memory is taken for a token.

mod draw;
mod exponential;
mod filter;
mod likelihood;
mod penalty;
mod sampler;

pub use draw::Draw;
pub use likelihood::Likelihood;
pub use penalty::Occurred;
pub use sampler::{Drawing, NoToken, Sampler};
