//! What a run may use. Owns the numbers and their defaults; knows nothing of how they are enforced.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The most that one run may use. Reaching one of these is an [`Ending::Limited`](crate::Ending::Limited).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// How long the whole job may compute.
    pub budget: Budget,
    /// How long each call or test of a job may compute, where that is less than what is left of `budget`.
    pub step: Option<Budget>,
    /// How long the whole job may take by the wall clock. Sleeping is virtual, so only a machine that does not get to
    /// it comes near: past this, the run is the host's error and no verdict.
    pub wall: Duration,
    /// Bytes of memory in all, the interpreter's own 64 MiB included; at most 4 GiB.
    pub memory: u64,
    /// Bytes kept of stdout, and of stderr. More on stdout ends the run, more on stderr is cut.
    pub output: u64,
    /// `sys.getrecursionlimit()` when the program starts; it may raise it.
    pub recursion: u32,
}

/// How computing is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// CPU time of the thread, and what the program slept. What a person expects, and the faster.
    Time(Duration),
    /// Units of wasmtime's fuel, about one for each WebAssembly instruction: the same for the same program on every
    /// machine under any load. Needs a sandbox that meters fuel.
    Fuel(u64),
}

impl Budget {
    pub(crate) fn time(self) -> Option<Duration> {
        if let Self::Time(time) = self { Some(time) } else { None }
    }

    pub(crate) fn fuel(self) -> Option<u64> {
        if let Self::Fuel(fuel) = self { Some(fuel) } else { None }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            budget: Budget::Time(Duration::from_secs(10)),
            step: None,
            wall: Duration::from_secs(600),
            memory: 512 << 20,
            output: 1 << 20,
            recursion: 1000,
        }
    }
}
