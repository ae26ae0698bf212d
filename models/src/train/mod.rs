//! A step of training: texts cut into parts that fit, gradients gathered over them, and the state between steps.
//!
//! Owns what a text teaches, how padding is avoided and what an interrupted training goes on from. Knows no formula of a loss
//! and not where texts come from.

mod error;
mod example;
mod parts;
mod pass;
mod policy;
mod preferred;
mod room;
mod rows;
mod supervised;
mod teaching;
mod trainer;
mod unlearned;

pub use error::TrainError;
pub use example::Example;
pub use parts::{Text, parts};
pub use pass::{Pass, Trained, loss_of};
pub use policy::{Drawn, PolicySettings, Watched, policy, token_log_probabilities};
pub use preferred::{Compared, Paired, RewardTerms, Weighed, log_likelihoods, preferred, rewarded};
pub use room::{Foreseen, Room};
pub use rows::Rows;
pub use supervised::{Weighted, supervised};
pub use teaching::{Closing, Teaching, TeachingError};
pub use trainer::{Settings, Stepped, Trainer};
