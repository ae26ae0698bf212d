//! Operators that make rows where there were none.
//!
//! Owns problems, reasoning, contrasts and conversations that are made by rule, so that they are true by construction and
//! cost no model. What a program gives is known from what it is made of; only conversations show what really came of one.

mod contrast_rules;
mod conversation_rules;
mod draw;
mod practice;
mod reasoning;

pub use contrast_rules::ContrastRules;
pub use conversation_rules::ConversationRules;
pub use practice::{Depth, Families, Practice, Side, Split};
