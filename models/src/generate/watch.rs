//! Who is told of tokens while they are drawn. Owns the question; an answer does not depend on it.

use std::fmt;
use std::sync::Arc;

/// Something that is told each token of a completion as soon as it is drawn. It is told in the model's own thread, and so
/// must return soon.
pub trait Watcher: fmt::Debug + Send + Sync {
    /// The next token of a sample.
    fn drawn(&self, sample: u64, token: u32);
}

/// The watcher of a request, if it has one. Two are equal where they are the same, not merely alike.
#[derive(Debug, Clone, Default)]
pub struct Watch(pub Option<Arc<dyn Watcher>>);

impl Watch {
    pub(crate) fn drawn(&self, sample: u64, token: u32) {
        if let Some(watcher) = &self.0 {
            watcher.drawn(sample, token);
        }
    }
}

impl PartialEq for Watch {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (own, other) => own.is_none() && other.is_none(),
        }
    }
}
