//! Every test that needs more than one crate, in one binary.
#![expect(clippy::unwrap_used, reason = "tests")]

mod compliance;
mod operators;
