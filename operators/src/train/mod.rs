//! Training: operators that advance a model step by step, and give it, its metrics and what they saw on the way.
//!
//! Owns which rows make a step, what of them is learned and what is told of it. The formulas are the models' own, and when
//! a state is saved is the engine's decision: a step depends on the rows, the seed and its own number alone.

mod base;
mod defaults;
mod dpo;
mod forecast;
mod grpo;
mod learner;
mod lessons;
mod log;
mod lora;
mod optimizer;
mod order;
mod pairs;
mod parts;
mod reward;
mod sft;

pub use dpo::{Dpo, Loss, Per};
pub use grpo::{Grpo, Process, Terms};
pub use lora::Lora;
pub use optimizer::{Falling, Following, Optimizer, Recompute};
pub use reward::{Reads, Reward};
pub use sft::Sft;

/// What a training step is told as, where several rows make one.
pub(crate) const METRICS: &str = "metrics";

/// The port with the trained model.
pub(crate) const MODEL: &str = "model";
