//! A step of training: texts cut into parts that fit, gradients gathered over them, and the state between steps.
//!
//! Owns what a text teaches, how padding is avoided and what an interrupted training goes on from. Knows no formula of a loss
//! and not where texts come from.

mod error;
mod example;
mod gather;
mod parts;
mod policy;
mod preferred;
mod rows;
mod supervised;
mod teaching;
mod trainer;

pub use error::TrainError;
pub use example::Example;
pub use gather::{Trained, gather};
pub use parts::parts;
pub use policy::{Drawn, PolicySettings, Watched, policy, token_log_probabilities};
pub use preferred::{
    Compared, Paired, RewardTerms, Weighed, log_likelihoods, preferences, preferred, rewarded, rewards,
};
pub use rows::Rows;
pub use supervised::{Weighted, supervised, supervised_loss};
pub use teaching::{Closing, Teaching, TeachingError};
pub use trainer::{Settings, Stepped, Trainer};
