//! Why an output is there, or is not.

use serde::Serialize;

use super::{Fingerprint, Ingredients, Reason, State, Task};
use crate::cache::{Cache, CacheError, Provenance};

/// What is known about a task's output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The node.
    pub node: String,
    /// The output's identity.
    pub fingerprint: Option<Fingerprint>,
    /// What a run would do.
    pub state: State,
    /// Why it is not there; empty where it is.
    pub because: Vec<Reason>,
    /// Of an output that is there: which run made it, when, and for which node.
    pub made: Option<Provenance>,
    /// What the identity is made of, field by field.
    pub ingredients: Option<Ingredients>,
}

/// Explains a hit by the entry, a miss by its reasons.
///
/// # Errors
/// An entry whose ingredients cannot be read.
pub fn why(task: &Task, cache: &Cache) -> Result<Explanation, CacheError> {
    let entry = task.fingerprint.and_then(|fingerprint| cache.find(&fingerprint).present());
    let ingredients = entry.as_ref().map(crate::cache::Entry::ingredients).transpose()?;
    Ok(Explanation {
        node: task.node.name.clone(),
        fingerprint: task.fingerprint,
        state: task.state.clone(),
        because: task.because.clone(),
        made: entry.map(|entry| entry.provenance().clone()),
        ingredients: ingredients.or_else(|| task.ingredients.clone()),
    })
}
