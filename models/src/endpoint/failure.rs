//! Why an attempt gave no answer. Owns the difference between trying again and giving up.

use std::time::Duration;

use crate::generate::GenerateError;

/// An attempt without an answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The same request may be answered later.
    Later {
        /// What happened; the key does not stand in it.
        words: String,
        cause: Cause,
    },
    /// Another attempt would end like this one.
    Never(GenerateError),
}

/// What keeps the server from answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// There is too much to do, and this much time is asked for.
    Overload { after: Option<Duration> },
    /// The server or the way to it is broken, for this request or for all.
    Broken,
}

impl Failure {
    pub(super) fn broken(words: String) -> Self {
        Self::Later { words, cause: Cause::Broken }
    }
}
