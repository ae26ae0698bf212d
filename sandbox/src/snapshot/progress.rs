//! What the making of the interpreter says while it is under way.

use std::fmt;
use std::time::{Duration, Instant};

/// A step of the making, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Another process is making it; this one waits. Comes before the others, if at all.
    Wait,
    /// Looking for a Python with pip.
    Find,
    /// Fetching the pinned package.
    Fetch,
    /// Running the guest once and taking the snapshot.
    Snapshot,
    /// Merging the component into one module.
    Flatten,
    /// Proving what the reset of an instance relies upon.
    Verify,
    /// Compressing and writing.
    Write,
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Wait => "waiting for another process that is making it",
            Self::Find => "looking for python3 and pip",
            Self::Fetch => "fetching componentize-py",
            Self::Snapshot => "starting CPython and taking its snapshot",
            Self::Flatten => "merging it into one module",
            Self::Verify => "verifying the module",
            Self::Write => "storing it",
        })
    }
}

/// A step that begins, and the time since the first one began.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What begins now.
    pub step: Step,
    /// How many steps there are before it.
    pub done: usize,
    /// How many steps there are in all.
    pub total: usize,
    /// Since the making began.
    pub elapsed: Duration,
}

/// Tells a listener of each step.
pub(super) struct Reporter<'a> {
    start: Instant,
    listener: &'a mut dyn FnMut(Progress),
}

/// What every making goes through.
const STEPS: [Step; 6] = [Step::Find, Step::Fetch, Step::Snapshot, Step::Flatten, Step::Verify, Step::Write];

impl<'a> Reporter<'a> {
    pub fn new(listener: &'a mut dyn FnMut(Progress)) -> Self {
        Self { start: Instant::now(), listener }
    }

    pub fn begin(&mut self, step: Step) {
        let done = STEPS.iter().position(|other| *other == step).unwrap_or(0);
        (self.listener)(Progress { step, done, total: STEPS.len(), elapsed: self.start.elapsed() });
    }
}
