//! What would run, and because of what: fingerprints, and the one question to the cache, "is this here?".
//!
//! Owns identity and the decision to run. Executes nothing and writes nothing.

mod fingerprint;
mod ingredients;
mod task;

pub use fingerprint::Fingerprint;
pub use ingredients::{FORMAT, Ingredients, InputIngredient};
pub use task::{Plan, Reason, State, Task, TaskInput};
