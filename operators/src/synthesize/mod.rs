//! Operators that make rows where there were none.
//!
//! Owns problems, reasoning and contrasts that are made by rule, so that they are true by construction and cost no
//! model. Refuses to run code: what a program gives is known from what it is made of.

mod contrast_rules;
mod draw;
mod practice;

pub use contrast_rules::ContrastRules;
pub use practice::{Depth, Families, Practice, Side, Split};
