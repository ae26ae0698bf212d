//! What a program gave, compared with what was expected: on this side of the sandbox's wall, where no program reaches.

use std::collections::BTreeMap;

use engine::operator::ExternalFiles;
use sandbox::{Captured, Outcome, Reply};

use super::compare::Compare;
use super::status::{self, Status};
use super::suite::Test;
use crate::python::{Engine, PythonValue};

/// How a test ended, and what there is to say of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TestResult {
    pub(crate) status: Status,
    pub(crate) message: Option<String>,
    /// What came in place of what was expected.
    pub(crate) actual: Option<String>,
}

/// Characters of what a program gave that a verdict keeps.
const KEPT: usize = 500;

/// What a verdict depends on beside program, tests and limits.
pub(crate) fn identities(engine: &Engine, files: &ExternalFiles) -> BTreeMap<String, String> {
    let compare = ("compare".to_owned(), Compare::VERSION.to_string());
    engine.identities(files).into_iter().chain([compare]).collect()
}

/// The results of tests that were run in one job; fewer than there are tests where it stopped at one that failed.
pub(super) fn results(compare: Compare, outcome: &Outcome, tests: &[Test]) -> Vec<TestResult> {
    if let [Test::Stdin { expected, .. }] = tests {
        return vec![script(compare, outcome, expected)];
    }
    let mut results: Vec<TestResult> =
        tests.iter().zip(&outcome.replies).map(|(test, answer)| reply(compare, test, answer)).collect();
    if let Some((status, message)) = status::of(&outcome.ending) {
        // The program could not be loaded, or did not live to the last test.
        results.resize(tests.len(), TestResult::failure(status, message));
    }
    results
}

fn script(compare: Compare, outcome: &Outcome, expected: &str) -> TestResult {
    if let (false, Some((status, message))) = (outcome.succeeded(), status::of(&outcome.ending)) {
        return TestResult::failure(status, message);
    }
    let Captured { bytes, .. } = &outcome.stdout;
    match std::str::from_utf8(bytes) {
        Ok(actual) if compare.texts(expected, actual) => TestResult::passed(),
        _ => TestResult::wrong(expected, &outcome.stdout.text()),
    }
}

fn reply(compare: Compare, test: &Test, reply: &Reply) -> TestResult {
    if let Some((status, message)) = status::of_test(&reply.ending) {
        return TestResult::failure(status, message);
    }
    let Test::Call { expected, .. } = test else { return TestResult::passed() };
    let notation = reply.value.clone().unwrap_or_default();
    match PythonValue::from_notation(&notation) {
        Ok(actual) if compare.values(expected, &actual) => TestResult::passed(),
        _ => TestResult::wrong(&expected.to_notation().to_string(), &notation.to_string()),
    }
}

impl TestResult {
    pub(super) fn failure(status: Status, message: String) -> Self {
        Self { status, message: Some(message), actual: None }
    }

    pub(crate) fn is_failure(&self) -> bool {
        self.status != Status::Passed
    }

    pub(super) fn passed() -> Self {
        Self { status: Status::Passed, message: None, actual: None }
    }

    pub(super) fn wrong(expected: &str, actual: &str) -> Self {
        let message = Some(format!("expected {}", cut(expected)));
        Self { status: Status::Failed, message, actual: Some(cut(actual)) }
    }

    /// Nothing can be said of what came.
    pub(super) fn undecided(why: String, actual: Option<&str>) -> Self {
        Self { status: Status::Undecided, message: Some(why), actual: actual.map(cut) }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
