//! `verify.execute` over whole collections of problems: each one's own solution passes, and no other's does.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use engine::testing::{Given, Harness, Outcome};
use serde_json::Value;

use super::operators::{machine_folder, python_is_here};

/// Problems as `source.problems` reads them.
fn problems(root: PathBuf, path: &str, format: &str) -> Vec<Value> {
    let mut outcome = run(root, "source.problems", &format!("{{path: {path}, format: {format}}}"), BTreeMap::new());
    outcome.rows.remove("rows").unwrap()
}

fn verdicts(problems: Vec<Value>) -> Vec<Value> {
    let programs = [("programs".to_owned(), Given::Rows(Some("Problem".to_owned()), problems))].into();
    let with = "{code: solution, limits: {fuel: 20000000000}}";
    let mut outcome = run(PathBuf::from("."), "verify.execute", with, programs);
    assert!(outcome.failed.is_empty(), "{:?}", outcome.failed);
    outcome.rows.remove("verdicts").unwrap()
}

/// What an operator makes of these inputs.
pub(crate) fn run(root: PathBuf, operator: &str, with: &str, inputs: BTreeMap<String, Given>) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let harness = Harness { root, scratch: folder.path().to_owned(), machine_folder: machine_folder(), seed: 0 };
    harness.run(operator, serde_yaml::from_str(with).unwrap(), &inputs).unwrap()
}

/// Every problem with the solution of the one before.
fn exchanged(problems: &[Value]) -> Vec<Value> {
    let before = problems.iter().cycle().skip(problems.len() - 1);
    let exchange = |(own, before): (&Value, &Value)| {
        let mut own = own.clone();
        own["solution"] = before["solution"].clone();
        own
    };
    problems.iter().zip(before).map(exchange).collect()
}

fn holds(problems: Vec<Value>) {
    for verdict in verdicts(problems.clone()) {
        assert_eq!(verdict["status"], "passed", "{}: {} {}", verdict["id"], verdict["message"], verdict["results"]);
    }
    for verdict in verdicts(exchanged(&problems)) {
        assert_eq!(verdict["passed"], false, "{} passes with another's solution", verdict["id"]);
    }
}

#[test]
fn practice_problems_take_their_own_solutions_and_no_others() {
    if python_is_here() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/data");
        holds(problems(data, "practice.jsonl", "practice"));
    }
}

#[test]
fn human_eval_takes_its_references_and_no_others() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.join("HumanEval.jsonl.gz").exists() {
        let said = "SKIPPED: verdicts over HumanEval: the file is not beside the repository\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    } else if python_is_here() {
        holds(problems(data, "HumanEval.jsonl.gz", "human_eval"));
    }
}
