//! Answers of mathematics: found in a text, read, and held to one another.
//!
//! Owns what an answer is and when two are the same, by work that is bounded: texts, depths, numbers and points all have
//! limits, and what lies beyond them is undecided and never right. So nothing need be killed, and the same pair has the
//! same verdict on every machine. Knows no row and no operator.

mod answer;
mod boxes;
mod equal;
mod exact;
mod find;
mod formula;
mod parse;
mod rational;
mod tidy;
mod token;
mod units;
mod value;

#[cfg(test)]
mod tests;

pub(crate) use equal::Sameness;
pub(crate) use find::{Found, in_completion, reference};
