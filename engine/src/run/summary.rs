//! What a run came to.

use crate::event::Outcome;
use crate::plan::Fingerprint;

/// What a run came to.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// The run's id, which names its record.
    pub run: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What became of each task of the plan, in its order.
    pub tasks: Vec<TaskResult>,
}

/// What became of a task.
#[derive(Clone, Debug)]
pub struct TaskResult {
    /// The node.
    pub node: String,
    /// Its output.
    pub fingerprint: Fingerprint,
    /// How it ended.
    pub end: TaskEnd,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskEnd {
    /// It was there.
    Cached,
    /// It is stored now.
    Made(Made),
    /// It failed; what was finished is kept.
    Failed {
        /// Why, and what to do.
        message: String,
    },
    /// Somebody has to do something first; what was finished is kept.
    Awaiting {
        /// What.
        message: String,
    },
    /// It could not run because another has no output.
    Skipped {
        /// The node that failed, or waits.
        because: String,
    },
    /// The run was asked to stop before it was finished; what was finished is kept.
    Interrupted,
}

/// What it took to make an output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// Rows by port.
    pub rows: Vec<(String, u64)>,
    /// Input rows without a result for a reason of their own.
    pub failed: u64,
    /// Input rows whose result was taken from earlier work.
    pub remembered: u64,
    /// Calls of the operator, or steps, in this run.
    pub calls: u64,
    /// How long it took in this run.
    pub seconds: f64,
    /// Bytes stored.
    pub bytes: u64,
}

/// Why a run could not begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Files, or what of the machine nodes need that would be made, are not there.
    #[error(
        "nothing was made, since it would end at what is not there:\n  {}\n`millrace run FILE NODE ...` makes what does without",
        .lacking.join("\n  ")
    )]
    Lacking {
        /// What is lacking, and which nodes need it.
        lacking: Vec<String>,
    },
    /// The cache could not be used.
    #[error(transparent)]
    Cache(#[from] crate::cache::CacheError),
    /// The system gave no threads.
    #[error("cannot start the run's threads: {0}")]
    Threads(#[from] std::io::Error),
}
