//! `compare: livecodebench` beside LiveCodeBench's own harness: the same verdicts on whole programs, but for those listed.
//! `fixtures/livecodebench.py` made the other side.

use std::path::PathBuf;

use engine::testing::Given;
use serde::Deserialize;
use serde_json::{Value, json};

use super::operators::{processes_are_here, python_is_here};
use super::verdicts::run;

/// A program with its tests, and whether LiveCodeBench says that it passes them.
#[derive(Deserialize)]
struct Reference {
    name: String,
    program: String,
    tests: Value,
    passed: bool,
}

/// What passes here alone: the streams that LiveCodeBench imitates lack these ways to read and write.
const STREAMS: [&str; 4] = ["input as a file", "lines of the input as a loop", "lines in bytes", "output in bytes"];

fn agrees(engine: &str) {
    let references: Vec<Reference> = serde_json::from_str(include_str!("../fixtures/livecodebench.json")).unwrap();
    // The starter's entry decides nothing.
    for entry in ["Solution().f", "f"] {
        let program =
            |own: &Reference| json!({"id": own.name, "code": own.program, "tests": own.tests, "entry": entry});
        let given = Given::Rows(None, references.iter().map(program).collect());
        let with = format!("{{compare: livecodebench, {engine}}}");
        let outcome = run(PathBuf::from("."), "verify.execute", &with, [("programs".to_owned(), given)].into());
        assert!(outcome.failed.is_empty(), "{:?}", outcome.failed);
        assert_eq!(outcome.rows["verdicts"].len(), references.len());
        for (reference, verdict) in references.iter().zip(&outcome.rows["verdicts"]) {
            let expected = reference.passed || STREAMS.contains(&reference.name.as_str());
            assert_eq!(verdict["passed"], expected, "{}: {}", reference.name, verdict["results"]);
        }
    }
}

#[test]
fn the_sandbox_agrees() {
    if python_is_here() {
        agrees("limits: {fuel: 20000000000}");
    }
}

#[test]
fn processes_agree() {
    if processes_are_here() {
        agrees("engine: process, limits: {seconds: 20}");
    }
}
