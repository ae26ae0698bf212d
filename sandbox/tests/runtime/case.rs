//! The cases of `tests/cases`: a program, what it may use, and what is expected of it. Knows nothing of what runs it.

use std::path::Path;
use std::time::Duration;

use millrace_sandbox::{
    AfterFailure, Budget, Call, Harness, Job, Limits, Measure, Metering, Outcome, Task, Trace, TraceOptions, Traced,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// One program and what is expected of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    source: String,
    #[serde(default)]
    stdin: String,
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    seed: u64,
    calls: Option<Vec<Call>>,
    tests: Option<Vec<String>>,
    /// Traces the one call or test that there is, or the script.
    trace: Option<TraceOptions>,
    #[serde(default)]
    metrics: bool,
    #[serde(default)]
    after_failure: AfterFailure,
    #[serde(default)]
    harness: Harness,
    #[serde(default)]
    limits: CaseLimits,
    /// What the outcome must contain; see [`contains`].
    pub(crate) expect: Value,
    /// What it must contain in a native process, where that is something else.
    native: Option<Value>,
}

/// Limits in units that are short to write.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseLimits {
    milliseconds: Option<u64>,
    step_milliseconds: Option<u64>,
    megabytes: Option<u64>,
    output: Option<u64>,
}

/// Fuel that a millisecond's worth of computing takes at most, so that a case's limit means about the same in both
/// meterings.
const FUEL_PER_MILLISECOND: u64 = 3_000_000;

impl Case {
    pub(crate) fn job(&self) -> Job {
        let traced = |of, options: &TraceOptions| Task::Trace(Trace { of, options: options.clone() });
        let task = match (&self.calls, &self.tests, &self.trace) {
            (Some(calls), None, Some(options)) => traced(Traced::Call(calls[0].clone()), options),
            (None, Some(tests), Some(options)) => traced(Traced::Test(tests[0].clone()), options),
            (None, None, Some(options)) => traced(Traced::Script, options),
            (Some(calls), None, None) => Task::Calls(calls.clone()),
            (None, Some(tests), None) => Task::Tests(tests.clone()),
            _ if self.metrics => Task::Metrics,
            _ => Task::Script,
        };
        Job {
            source: self.source.clone(),
            arguments: self.arguments.clone(),
            stdin: self.stdin.clone().into_bytes(),
            seed: self.seed,
            task,
            after_failure: self.after_failure,
            measure: Measure::default(),
            harness: self.harness,
        }
    }

    pub(crate) fn limits(&self, metering: Metering) -> Limits {
        let budget = |milliseconds: u64| match metering {
            Metering::Clock => Budget::Time(Duration::from_millis(milliseconds)),
            Metering::Fuel => Budget::Fuel(milliseconds * FUEL_PER_MILLISECOND),
        };
        let mut limits = Limits { budget: budget(self.limits.milliseconds.unwrap_or(20_000)), ..Limits::default() };
        limits.step = self.limits.step_milliseconds.map(budget);
        limits.memory = self.limits.megabytes.map_or(limits.memory, |megabytes| megabytes << 20);
        limits.output = self.limits.output.unwrap_or(limits.output);
        limits
    }

    /// What a native process must give.
    pub(crate) fn expected_natively(&self) -> &Value {
        self.native.as_ref().unwrap_or(&self.expect)
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the cases' folder").map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

fn read(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("a case file can be read");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// An outcome without what differs from run to run.
pub(crate) fn shown(outcome: &Outcome) -> Value {
    let ending = |ending| serde_json::to_value(ending).expect("an ending is JSON");
    let replies: Vec<Value> =
        outcome.replies.iter().map(|reply| json!({"ending": ending(&reply.ending), "value": reply.value})).collect();
    json!({
        "ending": ending(&outcome.ending),
        "replies": replies,
        "report": outcome.report,
        "stdout": outcome.stdout.text(),
        "stderr": outcome.stderr.text(),
        "stdout_cut": outcome.stdout.cut,
        "stderr_cut": outcome.stderr.cut,
    })
}

/// Whether the outcome has what is expected: of a mapping the keys that are named, of a list every item, of a text that
/// is given as `{has: ..}` that part.
pub(crate) fn contains(outcome: &Value, expected: &Value) -> bool {
    match (outcome, expected) {
        (Value::String(text), Value::Object(part)) if part.len() == 1 && part.contains_key("has") => {
            part["has"].as_str().is_some_and(|part| text.contains(part))
        }
        (Value::Object(outcome), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| outcome.get(key).is_some_and(|found| contains(found, value)))
        }
        (Value::Array(outcome), Value::Array(expected)) => {
            outcome.len() == expected.len() && outcome.iter().zip(expected).all(|(found, value)| contains(found, value))
        }
        (outcome, expected) => outcome == expected,
    }
}
