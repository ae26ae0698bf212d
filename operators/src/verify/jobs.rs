//! What the sandbox is asked for a test, and what it may use for it.

use sandbox::{AfterFailure, Call, Job, Limits, Measure, Task, Trace, TraceOptions, Traced};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::suite::Test;
use crate::python::TestLimits;

/// What runs after a test that a program did not pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// Every test, so that the score is exact.
    #[default]
    All,
    /// Nothing: the verdict is the same, the score counts what passed before.
    UntilFailure,
}

/// A program and tests that share it: see [`Test::shares_program`].
pub(super) fn together(program: &str, tests: &[Test], run: Run) -> Job {
    let after_failure = match run {
        Run::All => AfterFailure::Continue,
        Run::UntilFailure => AfterFailure::Stop,
    };
    let calls = || tests.iter().filter_map(Test::call).cloned().collect();
    let scripts = || tests.iter().filter_map(Test::script).map(str::to_owned).collect();
    let job = match &tests[0] {
        Test::Stdin { input, .. } => Job::script(program, input.as_str()),
        Test::Call { .. } => Job::calls(program, calls()),
        Test::Assert(_) => Job::tests(program, scripts()),
    };
    Job { after_failure, ..job }
}

/// A program and one test, alone.
pub(super) fn alone(program: &str, test: &Test, measure: Measure) -> Job {
    Job { measure, ..together(program, std::slice::from_ref(test), Run::All) }
}

/// A program and one test, traced.
pub(super) fn traced(program: &str, test: &Test, options: TraceOptions) -> Job {
    let of = match test {
        Test::Stdin { .. } => Traced::Script,
        Test::Call { call, .. } => Traced::Call(call.clone()),
        Test::Assert(script) => Traced::Test(script.clone()),
    };
    Job { task: Task::Trace(Trace { of, options }), ..alone(program, test, Measure::Run) }
}

/// Texts, each of which is compiled and not run: a call that ends is one that is Python.
pub(super) fn compiled(texts: &[&str]) -> Job {
    let call = |text: &&str| Call {
        function: "compile".to_owned(),
        arguments: vec![(*text).into(), "".into(), "exec".into()],
    };
    Job::calls("", texts.iter().map(call).collect())
}

/// What a job for tests that share their program may use.
pub(super) fn limits(tests: &[Test], limits: &TestLimits) -> Limits {
    match &tests[0] {
        Test::Stdin { .. } => limits.of_run(),
        Test::Call { .. } | Test::Assert(_) => limits.of_steps(tests.len()),
    }
}

impl Test {
    fn call(&self) -> Option<&Call> {
        if let Self::Call { call, .. } = self { Some(call) } else { None }
    }

    /// The script of an assertion.
    pub(super) fn script(&self) -> Option<&str> {
        if let Self::Assert(script) = self { Some(script) } else { None }
    }
}
