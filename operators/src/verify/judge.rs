//! Programs, run on their tests, and what they gave compared with what was expected: on this side of the sandbox's
//! wall, where no program reaches.

use engine::operator::Fault;
use sandbox::{AfterFailure, Call, Captured, Job, Outcome, Pool, Reply, Task};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compare::Compare;
use super::status::{self, Status};
use super::suite::Test;
use crate::python::{PythonValue, TestLimits, interpreter};

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

/// How programs are judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge {
    pub(super) compare: Compare,
    pub(super) limits: TestLimits,
    pub(super) run: Run,
}

/// How a test ended, and what there is to say of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TestResult {
    pub(super) status: Status,
    pub(super) message: Option<String>,
    /// What came in place of what was expected.
    pub(super) actual: Option<String>,
}

/// Characters of what a program gave that a verdict keeps.
const KEPT: usize = 500;

impl Judge {
    /// The results of tests in their order; fewer than there are tests where one failed and it was to stop there.
    pub(super) async fn results(&self, pool: &Pool, program: &str, tests: &[Test]) -> Result<Vec<TestResult>, Fault> {
        let mut results: Vec<TestResult> = Vec::with_capacity(tests.len());
        for group in tests.chunk_by(Test::shares_program) {
            // The engine bounds how many rows are under way, and must not be held up by one of them.
            let ticket = pool.submit_beyond(self.job(program, group), self.limits.of_job(group.len()));
            let outcome = ticket.await.map_err(|error| interpreter::fault(&error))?;
            results.extend(self.judged(&outcome, group));
            if let (Run::UntilFailure, Some(failure)) = (self.run, results.iter().position(TestResult::is_failure)) {
                results.truncate(failure + 1);
                break;
            }
        }
        Ok(results)
    }

    fn job(&self, program: &str, tests: &[Test]) -> Job {
        let after_failure = match self.run {
            Run::All => AfterFailure::Continue,
            Run::UntilFailure => AfterFailure::Stop,
        };
        let calls = || tests.iter().filter_map(Test::call).cloned().collect();
        let scripts = || tests.iter().filter_map(Test::script).map(str::to_owned).collect();
        let job = match &tests[0] {
            Test::Stdin { input, .. } => Job::script(program, input.as_str()),
            Test::Call { .. } => Job::new(program, Task::Calls(calls())),
            Test::Assert(_) => Job::new(program, Task::Tests(scripts())),
        };
        Job { after_failure, ..job }
    }

    fn judged(&self, outcome: &Outcome, tests: &[Test]) -> Vec<TestResult> {
        if let [Test::Stdin { expected, .. }] = tests {
            return vec![self.script(outcome, expected)];
        }
        let mut results: Vec<TestResult> =
            tests.iter().zip(&outcome.replies).map(|(test, reply)| self.reply(test, reply)).collect();
        if let Some((status, message)) = status::of(&outcome.ending) {
            // The program could not be loaded, or did not live to the last test.
            let missing = TestResult::failure(status, message);
            results.resize(tests.len(), missing);
        }
        results
    }

    fn script(&self, outcome: &Outcome, expected: &str) -> TestResult {
        if let (false, Some((status, message))) = (outcome.succeeded(), status::of(&outcome.ending)) {
            return TestResult::failure(status, message);
        }
        let Captured { bytes, .. } = &outcome.stdout;
        match std::str::from_utf8(bytes) {
            Ok(actual) if self.compare.texts(expected, actual) => TestResult::passed(),
            _ => TestResult::wrong(expected, &outcome.stdout.text()),
        }
    }

    fn reply(&self, test: &Test, reply: &Reply) -> TestResult {
        if let Some((status, message)) = status::of(&reply.ending) {
            return TestResult::failure(status, message);
        }
        let Test::Call { expected, .. } = test else { return TestResult::passed() };
        let notation = reply.value.clone().unwrap_or_default();
        match PythonValue::from_notation(&notation) {
            Ok(actual) if self.compare.values(expected, &actual) => TestResult::passed(),
            _ => TestResult::wrong(&expected.to_notation().to_string(), &notation.to_string()),
        }
    }
}

impl Test {
    fn call(&self) -> Option<&Call> {
        if let Self::Call { call, .. } = self { Some(call) } else { None }
    }

    fn script(&self) -> Option<&str> {
        if let Self::Assert(script) = self { Some(script) } else { None }
    }
}

impl TestResult {
    fn passed() -> Self {
        Self { status: Status::Passed, message: None, actual: None }
    }

    fn failure(status: Status, message: String) -> Self {
        Self { status, message: Some(message), actual: None }
    }

    fn wrong(expected: &str, actual: &str) -> Self {
        let message = Some(format!("expected {}", cut(expected)));
        Self { status: Status::Failed, message, actual: Some(cut(actual)) }
    }

    pub(super) fn is_failure(&self) -> bool {
        self.status != Status::Passed
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
