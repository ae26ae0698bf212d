//! Operators that make preferences: which of two texts is the better one.
//!
//! Owns what is compared with what. Knows neither who wrote the texts nor who learns from them.

mod first_error;
mod levels;
mod problems;
mod siblings;
mod trees;

pub use first_error::FirstError;
pub use levels::{Levels, Pair};
pub use problems::Problems;
pub use siblings::{Require, Select, Siblings, Sides};
