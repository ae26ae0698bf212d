//! The frames of the conversation with the guest: JSON both ways. `guest/guest.py` is the other end.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::job::{Call, Job, Measure, TraceOptions};
use crate::limits::Limits;
use crate::outcome::Ending;

/// What the guest is asked to do next.
#[derive(Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum Step<'a> {
    /// Run the program as a script.
    Script(Program<'a>),
    /// Run it so that its functions can be called afterwards.
    Load(Program<'a>),
    /// Call a function of the loaded program.
    Call(&'a Call),
    /// Run a test script in the namespace of the loaded program.
    Test { source: &'a str },
    /// Run it as a script and note what every line does.
    Trace {
        #[serde(flatten)]
        program: Program<'a>,
        trace: &'a TraceOptions,
    },
    /// Call a function of the loaded program and note what every line does.
    TraceCall {
        #[serde(flatten)]
        call: &'a Call,
        trace: &'a TraceOptions,
    },
    /// Run a test script in the namespace of the loaded program and note what every line of the program does.
    TraceTest { source: &'a str, trace: &'a TraceOptions },
    /// Count what it is made of.
    Metrics { source: &'a str },
}

/// A program and its surroundings.
#[derive(Serialize, Clone, Copy)]
pub(super) struct Program<'a> {
    source: &'a str,
    arguments: &'a [String],
    seed: u64,
    recursion: u32,
    measure: Measure,
}

/// What the guest answers.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) ending: Ending,
    #[serde(default)]
    pub(super) value: Option<Value>,
    #[serde(default)]
    pub(super) report: Option<Value>,
    #[serde(default)]
    pub(super) heap: Option<u64>,
}

impl Answer {
    /// What stands for the answer of a guest that did not live to give one.
    pub(super) fn none(ending: Ending) -> Self {
        Self { ending, value: None, report: None, heap: None }
    }
}

impl<'a> Program<'a> {
    pub(super) fn of(job: &'a Job, limits: &Limits) -> Self {
        Self {
            source: &job.source,
            arguments: &job.arguments,
            seed: job.seed,
            recursion: limits.recursion,
            measure: job.measure,
        }
    }
}

impl Step<'_> {
    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings, numbers and JSON values always have a text")
    }
}
