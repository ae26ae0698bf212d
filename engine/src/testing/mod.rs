//! Runs one operator on a few rows, without cache or scheduler: for the tests of operators, here and elsewhere.
//!
//! Owns the way from JSON rows to tables and back. Holds an operator to its promises: what it writes must be what its
//! `types` said at check time. Knows no retries and no journal.

mod drive;
mod harness;
mod json_rows;
mod memory_sink;
mod steps;

pub use harness::{Given, Harness, Outcome, Refusal};
