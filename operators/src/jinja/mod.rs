//! Jinja over the columns of one row: what conditions and prompts have in common.
//!
//! Owns how columns stand in the language, and which names are none. Knows no operator.

mod check;
mod columns;
mod error;
mod place;
mod template;

pub(crate) use check::{Names, against, left_to_the_row};
pub(crate) use columns::{Columns, FUEL};
pub(crate) use error::{complaint, described};
pub(crate) use place::in_expression;
pub(crate) use template::Template;
