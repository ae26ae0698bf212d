//! `synthesize.practice` held to CPython: what its rules say a program gives is what the program gives in the sandbox.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::operators::python_is_here;
use super::verdicts::{run, verdicts};

fn problems(with: &str) -> Vec<Value> {
    run(PathBuf::from("."), "synthesize.practice", with, BTreeMap::new()).rows.remove("rows").unwrap()
}

fn all_pass(problems: Vec<Value>) {
    let of: BTreeMap<String, Value> =
        problems.iter().map(|problem| (text(problem, "id").to_owned(), problem.clone())).collect();
    for verdict in verdicts(problems, "{code: solution, compare: exact, limits: {fuel: 20000000000}}") {
        let problem = &of[text(&verdict, "id")];
        assert_eq!(verdict["status"], "passed", "{} {}\n{problem:#}", verdict["message"], verdict["results"]);
    }
}

#[test]
fn solutions_give_what_the_rules_say() {
    if python_is_here() {
        all_pass(problems("{count: 4000, depth: {from: 1, to: 5}}"));
    }
}

#[test]
fn steps_give_the_values_that_reasoning_tells() {
    if python_is_here() {
        let problems = problems("{count: 2000, depth: {from: 1, to: 5}, seed: 1}");
        all_pass(problems.into_iter().map(traced).collect());
    }
}

/// The problem of giving what every step of the reasoning gives.
fn traced(mut problem: Value) -> Value {
    let steps = problem["steps"].as_array().unwrap()[1..].to_vec();
    let lines = steps.iter().flat_map(|step| {
        let code = text(step, "code");
        let (body, value) = code.rsplit_once("return ").unwrap_or((code, assigned(step)));
        let lines: Vec<String> = body.lines().map(str::to_owned).chain([format!("trace.append({value})")]).collect();
        lines
    });
    let lines: String = ["trace = []".to_owned()]
        .into_iter()
        .chain(lines)
        .chain(["return trace".to_owned()])
        .map(|line| format!("    {line}\n"))
        .collect();
    let values: Vec<Value> = steps.iter().map(|step| json_of(text(step, "value"))).collect();
    problem["solution"] = json!(format!("{}{lines}", text(&problem, "starter")));
    problem["tests"] =
        json!([{"kind": "call", "input": problem["example"]["input"], "output": json!(values).to_string()}]);
    problem
}

/// The variable that a step's code leaves its value in.
fn assigned(step: &Value) -> &'static str {
    let (code, value) = (text(step, "code"), text(step, "value"));
    match value.chars().next().unwrap() {
        '[' if code.contains("words = ") => "words",
        '[' => "numbers",
        '"' => "text",
        'T' | 'F' => "holds",
        _ => "n",
    }
}

fn json_of(python: &str) -> Value {
    match python {
        "True" => json!(true),
        "False" => json!(false),
        other => serde_json::from_str(other).unwrap(),
    }
}

fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap()
}

#[test]
fn two_sides_share_no_family_whatever_their_seeds() {
    let families = |side: &str, seed: u64| -> BTreeSet<String> {
        let rows = problems(&format!("{{count: 1500, split: {{side: {side}, hold_out: 0.3}}, seed: {seed}}}"));
        rows.iter().map(|row| text(row, "family").to_owned()).collect()
    };
    assert!(families("train", 1).is_disjoint(&families("held_out", 2)));
}

#[test]
fn no_two_problems_have_a_function_or_an_id_in_common() {
    let rows = problems("{count: 3000}");
    for column in ["id", "function"] {
        let different: BTreeSet<_> = rows.iter().map(|row| text(row, column)).collect();
        assert_eq!(different.len(), rows.len(), "{column}");
    }
}
