//! The programs of a soak: those of the sandbox's own tests. Owns how they are read; what they should give stands beside
//! them and is left to those tests.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use sandbox::{AfterFailure, Budget, Call, Job, Limits, Metering, Pool, Task, Ticket, Trace, TraceOptions, Traced};
use serde::Deserialize;

/// Fuel that a millisecond's worth of computing takes at most.
const FUEL_PER_MILLISECOND: u64 = 3_000_000;

/// A program and what it may use.
pub struct Program {
    /// What the program is called.
    pub name: String,
    pub(super) job: Job,
    limits: CaseLimits,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    source: String,
    #[serde(default)]
    stdin: String,
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    seed: u64,
    calls: Option<Vec<Call>>,
    tests: Option<Vec<String>>,
    trace: Option<TraceOptions>,
    #[serde(default)]
    metrics: bool,
    #[serde(default)]
    after_failure: AfterFailure,
    #[serde(default)]
    limits: CaseLimits,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct CaseLimits {
    milliseconds: Option<u64>,
    step_milliseconds: Option<u64>,
    megabytes: Option<u64>,
    output: Option<u64>,
}

/// The programs of every case file in a folder.
///
/// # Errors
/// A file that cannot be read, or holds no cases.
pub fn programs(folder: &Path) -> io::Result<Vec<Program>> {
    let mut files = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut programs = Vec::new();
    for file in files {
        let cases: Vec<Case> = serde_yaml::from_str(&fs::read_to_string(&file)?).map_err(io::Error::other)?;
        programs.extend(cases.into_iter().map(Case::program));
    }
    Ok(programs)
}

impl Case {
    fn program(self) -> Program {
        let traced = |of, options| Task::Trace(Trace { of, options });
        let task = match (self.calls, self.tests, self.trace) {
            (Some(mut calls), _, Some(options)) => traced(Traced::Call(calls.remove(0)), options),
            (_, Some(mut tests), Some(options)) => traced(Traced::Test(tests.remove(0)), options),
            (.., Some(options)) => traced(Traced::Script, options),
            (Some(calls), ..) => Task::Calls(calls),
            (_, Some(tests), _) => Task::Tests(tests),
            _ if self.metrics => Task::Metrics,
            _ => Task::Script,
        };
        let job = Job {
            arguments: self.arguments,
            stdin: self.stdin.into_bytes(),
            seed: self.seed,
            after_failure: self.after_failure,
            ..Job::new(self.source, task)
        };
        Program { name: self.name, job, limits: self.limits }
    }
}

impl Program {
    pub(super) fn limits(&self, metering: Metering) -> Limits {
        let budget = |milliseconds: u64| match metering {
            Metering::Clock => Budget::Time(Duration::from_millis(milliseconds)),
            Metering::Fuel => Budget::Fuel(milliseconds * FUEL_PER_MILLISECOND),
        };
        let limits = Limits { budget: budget(self.limits.milliseconds.unwrap_or(20_000)), ..Limits::default() };
        Limits {
            step: self.limits.step_milliseconds.map(budget),
            memory: self.limits.megabytes.map_or(limits.memory, |megabytes| megabytes << 20),
            output: self.limits.output.unwrap_or(limits.output),
            ..limits
        }
    }

    pub(super) fn submit(&self, pool: &Pool, metering: Metering) -> Ticket {
        pool.submit(self.job.clone(), self.limits(metering))
    }
}
