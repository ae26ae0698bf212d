//! Operators that make rows where there were none.
//!
//! Owns problems, reasoning and contrasts that are made by rule, true by construction and at the cost of no model; and
//! problems and tests that a model makes, with what has to be found out about these before they count.

mod contrast_rules;
mod draw;
mod evolve;
mod practice;
mod tests;

pub use contrast_rules::ContrastRules;
pub use evolve::{Evolve, Form, Method};
pub use practice::{Depth, Families, Practice, Side, Split};
pub use tests::{Expect, Origin, Tests};
