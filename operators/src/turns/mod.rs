//! Conversations as texts: turns between tags, one behind the other.
//!
//! Owns how a turn stands in a text, how a text is told apart into turns, when one goes in circles or says nothing, how
//! long it is, and what comes of the code in one. Knows not who speaks when, and no operator.

mod circles;
mod confirmation;
mod execution;
mod tags;
mod tokens;
mod turn;

pub use circles::Circles;
pub use execution::Runs;

pub(crate) use circles::leads_back;
pub(crate) use confirmation::{confirming, says};
pub(crate) use execution::{Execution, Output, program};
pub(crate) use tags::{End, Segment, broken, has_tag, segments};
pub(crate) use tokens::{estimated, written};
pub(crate) use turn::{ANSWER, OUTPUT, Turn, cell, field, text};
