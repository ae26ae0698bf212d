//! `verify.execute` over whole collections of problems: each one's own solution passes, and no other's does.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use engine::testing::{Given, Harness, Outcome};
use serde_json::Value;

use super::golden::root;
use super::operators::{machine_folder, processes_are_here, python_is_here};

/// Problems as `source.problems` reads them.
fn problems(root: PathBuf, path: &str, format: &str) -> Vec<Value> {
    let mut outcome = run(root, "source.problems", &format!("{{path: {path}, format: {format}}}"), BTreeMap::new());
    outcome.rows.remove("rows").unwrap()
}

/// How programs are run in the sandbox, and how in native processes.
const SANDBOX: &str = "{code: solution, limits: {fuel: 20000000000}}";
const PROCESS: &str = "{code: solution, engine: process, limits: {seconds: 20}}";

pub(crate) fn verdicts(problems: Vec<Value>, with: &str) -> Vec<Value> {
    let programs = [("programs".to_owned(), Given::Rows(Some("Problem".to_owned()), problems))].into();
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

fn holds(problems: Vec<Value>, with: &str) {
    for verdict in verdicts(problems.clone(), with) {
        assert_eq!(verdict["status"], "passed", "{}: {} {}", verdict["id"], verdict["message"], verdict["results"]);
    }
    for verdict in verdicts(exchanged(&problems), with) {
        assert_eq!(verdict["passed"], false, "{} passes with another's solution", verdict["id"]);
    }
}

/// The problems that come with the repository.
pub(crate) fn practice() -> Vec<Value> {
    problems(root().join("pipelines/data"), "practice.jsonl", "practice")
}

/// HumanEval, where it lies beside the repository; says so where it does not.
pub(crate) fn human_eval() -> Option<Vec<Value>> {
    let data = root().join("../shared/data");
    if data.join("HumanEval.jsonl.gz").exists() {
        return Some(problems(data, "HumanEval.jsonl.gz", "human_eval"));
    }
    let said = "SKIPPED: verdicts over HumanEval: the file is not beside the repository\n";
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    None
}

#[test]
fn practice_problems_take_their_own_solutions_and_no_others() {
    if python_is_here() {
        holds(practice(), SANDBOX);
    }
    if processes_are_here() {
        holds(practice(), PROCESS);
    }
}

#[test]
fn human_eval_takes_its_references_and_no_others() {
    let Some(problems) = human_eval() else { return };
    if python_is_here() {
        holds(problems.clone(), SANDBOX);
    }
    if processes_are_here() {
        holds(problems, PROCESS);
    }
}

/// Small files of ours in the layouts of published collections, but for those without solutions.
#[test]
fn published_layouts_take_their_own_solutions_and_no_others() {
    let folder = root().join("tests/fixtures/problems");
    let files = ["human_eval_plus", "mbpp", "mbpp_plus", "big_code_bench"];
    let read = |format: &&str| problems(folder.clone(), &format!("{format}.jsonl"), format);
    let mut all: Vec<Vec<Value>> = files.iter().map(read).collect();
    all.push(problems(folder.clone(), "human_eval_plus_release.jsonl", "human_eval_plus"));
    for part in ["primeintellect", "taco"] {
        all.push(problems(folder.clone(), &format!("deepcoder-{part}.parquet"), "deepcoder"));
    }
    for problems in all {
        if python_is_here() {
            holds(problems.clone(), SANDBOX);
        }
        if processes_are_here() {
            holds(problems, PROCESS);
        }
    }
}

/// What EvalPlus says of programs, right and wrong, in `eval_plus.py`.
#[test]
fn verdicts_over_a_release_are_those_of_eval_plus() {
    let folder = root().join("tests/fixtures/problems");
    let told = fs::read_to_string(folder.join("eval_plus_verdicts.jsonl")).unwrap();
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tasks = problems(folder, "eval_plus_tasks.jsonl", "human_eval_plus");
    let program = |(number, told): (usize, &Value)| {
        let mut task = tasks.iter().find(|task| task["id"] == told["problem_id"]).unwrap().clone();
        (task["id"], task["solution"]) = (number.to_string().into(), told["program"].clone());
        task
    };
    let programs: Vec<Value> = told.iter().enumerate().map(program).collect();
    let engines = [(python_is_here(), SANDBOX), (processes_are_here(), PROCESS)];
    for (_, with) in engines.into_iter().filter(|(is_here, _)| *is_here) {
        for (verdict, told) in verdicts(programs.clone(), with).iter().zip(&told) {
            let passed = [0, 1].map(|part| verdict["results"][part]["status"] == "passed");
            assert_eq!(passed.map(Value::from), [&told["base"], &told["plus"]].map(Value::clone), "{told}");
        }
    }
}
