//! What a model is worth, as numbers: computed from rows that other operators made.
//!
//! Owns estimators. Samples nothing and runs nothing: sampling, verifying and counting are three nodes.

mod pass_at_k;

pub use pass_at_k::PassAtK;
