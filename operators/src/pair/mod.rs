//! Operators that make preferences: which of two texts is the better one.
//!
//! Owns what is compared with what. Knows neither who wrote the texts nor who learns from them.

mod levels;
mod problems;

pub use levels::{Levels, Pair};
pub use problems::Problems;
