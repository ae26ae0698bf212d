//! Operators that make rows where there were none.
//!
//! Owns problems, reasoning, contrasts and conversations that are made by rule, so that they are true by construction and
//! cost no model: what a program gives is known from what it is made of, and only conversations show what really came of one.
//! And problems and tests that a model makes, with what has to be found out about these before they count.

mod contrast_rules;
mod conversation_rules;
mod draw;
mod evolve;
mod practice;
mod reasoning;
mod tests;

pub use contrast_rules::ContrastRules;
pub use conversation_rules::ConversationRules;
pub use evolve::{Evolve, Form, Method};
pub use practice::{Depth, Families, Practice, Side, Split};
pub use tests::{Expect, Origin, Tests};
