//! Reasoning in steps, as rows have it, and what can be wrong in one.
//!
//! Owns what a step says, what it should say, and errors in numbers and values. Knows not why anybody errs.

pub(super) mod factual;
pub(super) mod steps;
mod value;
