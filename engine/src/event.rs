//! What happens in a run, as data: the only way out of a run. Reporters are folds over these, live or replayed.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::plan::Fingerprint;

/// An event and when it happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stamped {
    /// Milliseconds since the run's start.
    pub at: u64,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

/// Something that happened. Nodes are called by the name of the first variant that has them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The plan is frozen; so many tasks are cached and so many run.
    Started {
        /// The pipeline.
        pipeline: String,
        /// The run's id, which names its record.
        run: String,
        /// Tasks served from the cache.
        cached: usize,
        /// Tasks to run.
        runs: usize,
    },
    /// A node is served from the cache.
    Cached {
        /// The node.
        node: String,
        /// Its output.
        fingerprint: Fingerprint,
        /// Rows over all ports.
        rows: u64,
    },
    /// Another process computes the same output; this one waits for it.
    Waiting {
        /// The node.
        node: String,
        /// The output.
        fingerprint: Fingerprint,
    },
    /// A node begins, or goes on.
    NodeStarted {
        /// The node.
        node: String,
        /// Its output.
        fingerprint: Fingerprint,
        /// What is already done of an earlier run.
        done: u64,
        /// Input rows or steps in all, where known.
        of: Option<u64>,
    },
    /// A node has come so far. Sent at most some times a second.
    Progress {
        /// The node.
        node: String,
        /// Input rows or steps done.
        done: u64,
        /// Of how many, where known.
        of: Option<u64>,
        /// Of these, rows without a result for a reason of their own.
        failed: u64,
        /// Of these, rows taken from earlier work.
        remembered: u64,
    },
    /// The world failed; the work is tried again.
    Retry {
        /// The node.
        node: String,
        /// The row, where it was one.
        row: Option<String>,
        /// What failed.
        message: String,
        /// Which attempt comes next, from 2.
        attempt: u32,
        /// How long until then.
        after: Duration,
    },
    /// A node makes something ready that outlasts the run, such as what is kept once a machine.
    Preparing {
        /// The node.
        node: String,
        /// What is made ready.
        what: String,
        /// The step that begins.
        step: String,
        /// Steps done.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// Something that a person should know.
    Warning {
        /// The node.
        node: String,
        /// What.
        message: String,
    },
    /// What a node measured of a step.
    Measured {
        /// The node.
        node: String,
        /// The step, counted from one.
        step: u64,
        /// What was measured, by name, the most telling first.
        values: Vec<(String, f64)>,
    },
    /// What a node counted in this run, such as what it used and what that cost; sent once, before it ends.
    Counted {
        /// The node.
        node: String,
        /// What was counted, and how much.
        counts: BTreeMap<String, f64>,
    },
    /// A node's output is stored.
    NodeFinished {
        /// The node.
        node: String,
        /// Its output.
        fingerprint: Fingerprint,
        /// Rows by port.
        rows: Vec<(String, u64)>,
        /// Rows without a result for a reason of their own.
        failed: u64,
        /// Rows taken from earlier work.
        remembered: u64,
        /// Calls of the operator.
        calls: u64,
        /// How long it took.
        seconds: f64,
        /// Bytes stored.
        bytes: u64,
    },
    /// A node's files are where the manifest wants them; sent only when some had to be written.
    Exported {
        /// The node.
        node: String,
        /// The file or folder.
        path: String,
        /// Files written.
        files: usize,
    },
    /// A node failed; what it had finished is kept.
    NodeFailed {
        /// The node.
        node: String,
        /// Why, and what to do.
        message: String,
    },
    /// A node could not run because another failed.
    Skipped {
        /// The node.
        node: String,
        /// The node that failed.
        because: String,
    },
    /// Somebody has to do something before a node can go on; nothing failed, and what it had finished is kept.
    Awaited {
        /// The node.
        node: String,
        /// What is to be done.
        message: String,
    },
    /// A node could not run because another waits for somebody.
    Held {
        /// The node.
        node: String,
        /// The node that waits.
        because: String,
    },
    /// The run is over.
    Finished {
        /// How.
        outcome: Outcome,
        /// How long it took.
        seconds: f64,
    },
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything asked for is there.
    Complete,
    /// A node failed.
    Failed,
    /// It was asked to stop; everything finished is kept.
    Interrupted,
    /// Somebody has to do something first; everything finished is kept.
    Waiting,
}
