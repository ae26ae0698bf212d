//! What a model is worth, as numbers: computed from rows that other operators made.
//!
//! Owns estimators. Samples nothing and runs nothing: sampling, verifying and counting are three nodes.

mod agreement;
mod association;
mod mean;
mod metric;
mod pass_at_k;
mod reward_accuracy;

pub(crate) use metric::{Metric, NO_GROUP};
pub(crate) use pass_at_k::pass_at_k;

pub use agreement::Agreement;
pub use association::Association;
pub use mean::Mean;
pub use pass_at_k::PassAtK;
pub use reward_accuracy::{RewardAccuracy, Sections};
