//! A whole answer. Owns which of its faults are the server's for now, and which are for good.

use super::super::failure::Failure;
use super::choice;
use super::shape::Shape;
use super::usage;
use crate::generate::{Completion, Request, Usage};

/// The samples of an answer, and what they took.
pub(in crate::endpoint) struct Answer {
    /// As many as were asked for, or fewer, but one at least.
    pub(in crate::endpoint) completions: Vec<Completion>,
    /// Of all of them; nothing where the server does not tell.
    pub(in crate::endpoint) usage: Option<Usage>,
}

/// Reads the answer to a request for so many samples. A fault is told without the answer's own words.
pub(in crate::endpoint) fn read(body: &[u8], request: &Request, samples: usize) -> Result<Answer, Failure> {
    let unreadable = |reason| Failure::broken(format!("an answer that cannot be read, {reason}"));
    let mut shape: Shape = serde_json::from_slice(body).map_err(|fault| unreadable(fault.to_string()))?;
    if shape.choices.is_empty() {
        return Err(unreadable("it has no choices".to_owned()));
    }
    shape.choices.sort_by_key(|choice| choice.index);
    shape.choices.truncate(samples);
    let usage = shape.usage.map(usage::of);
    let completions = shape.choices.into_iter().map(|choice| choice::read(choice, request));
    let mut completions = completions.collect::<Result<Vec<_>, _>>()?;
    usage::share(usage.unwrap_or_default(), &mut completions);
    Ok(Answer { completions, usage })
}
