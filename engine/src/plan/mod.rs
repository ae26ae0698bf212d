//! What would run, and because of what: fingerprints, and the one question to the cache, "is this here?".
//!
//! Owns identity and the decision to run. Executes nothing, and writes nothing but remembered digests of files.

mod build;
mod draft;
mod error;
mod external;
mod fingerprint;
mod forecast;
mod ingredients;
mod lacks;
mod lineage;
mod needed;
mod reasons;
mod task;
mod why;

pub use build::plan;
pub use error::PlanError;
pub use external::changed_files;
pub use fingerprint::Fingerprint;
pub use ingredients::{FORMAT, Ingredients, InputIngredient};
pub use lacks::lacks;
pub use task::{Plan, Reason, State, Task, TaskInput};
pub use why::{Explanation, why};

#[cfg(test)]
mod tests;
