//! Training curves as files beside a checkpoint: one that TensorBoard shows, and one with a JSON object a line.
//!
//! Owns both formats. Knows neither what is measured nor when: there is no clock in a file, so that a run that was
//! interrupted leaves the same bytes as one that was not.

mod event;
mod record;
mod write;

#[cfg(test)]
mod tests;

pub use write::{EVENTS, LOG, write};
