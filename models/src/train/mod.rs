//! A step of training: texts cut into parts that fit, gradients gathered over them, and the state between steps.
//!
//! Owns what a text teaches, how padding is avoided and what an interrupted training goes on from. Knows no loss and not
//! where texts come from.

mod error;
mod example;
mod gather;
mod parts;
mod rows;
mod trainer;

pub use error::TrainError;
pub use example::Example;
pub use gather::{Trained, gather};
pub use parts::parts;
pub use rows::Rows;
pub use trainer::{Settings, Stepped, Trainer};
