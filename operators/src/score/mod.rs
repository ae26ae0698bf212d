//! What programs are worth beside passing their tests.
//!
//! Owns the formulas. Knows nothing of how a program is run or judged.

mod log_probability;
mod reward;
pub mod r#static;

pub use log_probability::LogProbability;
pub use reward::Reward;
