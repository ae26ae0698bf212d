//! Answers of mathematics: found in a text, read, and held to one another.
//!
//! Owns what an answer is and when two are the same, by work that is bounded: texts, heights, numbers and points all have
//! limits, steps are counted, and what lies beyond is undecided and never right. So nothing need be killed, a small stack
//! is enough, and the same pair has the same verdict on every machine. Knows no row and no operator.

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
mod work;

#[cfg(test)]
mod tests;

pub(crate) use equal::Sameness;
pub(crate) use find::{Found, in_completion, reference};
