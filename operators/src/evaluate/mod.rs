//! What a model is worth, as numbers: computed from rows that other operators made.
//!
//! Owns estimators. Samples nothing and runs nothing: sampling, verifying and counting are three nodes.

mod pass_at_k;
mod reward_accuracy;

pub use pass_at_k::PassAtK;
pub use reward_accuracy::{RewardAccuracy, Sections};
