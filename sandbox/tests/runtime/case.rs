//! Runs the cases of `tests/cases`: expected outcome, pristine interpreter, same bytes and fuel when run again.

use std::path::Path;
use std::time::Duration;

use millrace_sandbox::{
    AfterFailure, Audit, Budget, Call, Job, Limits, Measure, Metering, Outcome, Sandbox, Task, Trace, TraceOptions,
    Traced,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::interpreter::sandbox;

/// One program and what is expected of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// Traces the one call or test that there is, or the script.
    trace: Option<TraceOptions>,
    #[serde(default)]
    metrics: bool,
    #[serde(default)]
    after_failure: AfterFailure,
    #[serde(default)]
    limits: CaseLimits,
    /// What the outcome must contain; see [`contains`].
    expect: Value,
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
    fn job(&self) -> Job {
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
        }
    }

    fn limits(&self, metering: Metering) -> Limits {
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
}

fn cases() -> Vec<Case> {
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

/// Runs all cases in one interpreter, forwards and then backwards, so that each also runs after others.
fn run_all(sandbox: &Sandbox, metering: Metering, cases: &[Case]) -> (Vec<Audit>, Vec<Audit>) {
    let jobs: Vec<_> = cases.iter().map(|case| (case.job(), case.limits(metering))).collect();
    let there_and_back = jobs.iter().chain(jobs.iter().rev()).map(|(job, limits)| (job, limits));
    let mut first = sandbox.audit(there_and_back).expect("the interpreter starts");
    let mut second = first.split_off(cases.len());
    second.reverse();
    (first, second)
}

fn check(metering: Metering) {
    let Some(sandbox) = sandbox(metering) else { return };
    let cases = cases();
    assert!(cases.len() > 80, "the cases were found");
    let (first, second) = run_all(&sandbox, metering, &cases);
    let mut faults = Vec::new();
    for ((case, first), second) in cases.iter().zip(&first).zip(&second) {
        if !(first.pristine && second.pristine) {
            faults.push(format!("{}: the interpreter is not pristine afterwards", case.name));
        }
        match (&first.result, &second.result) {
            (Ok(outcome), Ok(again)) => compare(case, metering, outcome, again, &mut faults),
            (first, second) => faults.push(format!("{}: the host failed: {first:?}, {second:?}", case.name)),
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn compare(case: &Case, metering: Metering, outcome: &Outcome, again: &Outcome, faults: &mut Vec<String>) {
    let shown = shown(outcome);
    let expected = in_metering(&case.expect, metering);
    if !contains(&shown, &expected) {
        faults.push(format!("{}: expected {expected}\n    but it is {shown}", case.name));
    }
    let same = outcome.ending == again.ending
        && outcome.stderr == again.stderr
        && outcome.usage.fuel == again.usage.fuel
        && (outcome.stdout == again.stdout || metering == Metering::Clock);
    if !same {
        let fuel = (outcome.usage.fuel, again.usage.fuel);
        faults.push(format!("{}: another time it is {}, fuel {fuel:?}", case.name, self::shown(again)));
    }
}

/// An outcome without what differs from run to run.
fn shown(outcome: &Outcome) -> Value {
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

/// The same expectation for both meterings: a time limit is a limit of fuel where that is metered.
fn in_metering(expected: &Value, metering: Metering) -> Value {
    let text = expected.to_string();
    let text =
        if metering == Metering::Fuel { text.replace(r#""limited":"time""#, r#""limited":"fuel""#) } else { text };
    serde_json::from_str(&text).expect("it was JSON before")
}

/// Whether the outcome has what is expected: of a mapping the keys that are named, of a list every item, of a text that
/// is given as `{has: ..}` that part.
fn contains(outcome: &Value, expected: &Value) -> bool {
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

#[test]
fn every_case_ends_as_expected_within_time() {
    check(Metering::Clock);
}

#[test]
fn every_case_ends_as_expected_within_fuel_and_uses_the_same_every_time() {
    check(Metering::Fuel);
}

#[test]
fn a_fresh_interpreter_gives_what_a_used_one_gives() {
    let Some(sandbox) = sandbox(Metering::Fuel) else { return };
    let cases = cases();
    let (used, _) = run_all(&sandbox, Metering::Fuel, &cases);
    for (case, used) in cases.iter().zip(used) {
        let fresh = sandbox.run(&case.job(), &case.limits(Metering::Fuel)).expect("the host is well");
        let used = used.result.expect("the host is well");
        assert_eq!(shown(&fresh), shown(&used), "{}", case.name);
        assert_eq!(fresh.usage.fuel, used.usage.fuel, "{}", case.name);
    }
}
