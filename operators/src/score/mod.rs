//! What programs are worth beside passing their tests, and what problems are worth before they are trained on.
//!
//! Owns the formulas. Knows nothing of how a program is run or judged.

mod data_value;
mod log_probability;
mod reward;
pub mod r#static;

pub use data_value::DataValue;
pub use log_probability::LogProbability;
pub use reward::Reward;
