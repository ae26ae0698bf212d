//! `score.static` over programs of every construct: each number is what radon and cognitive_complexity say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use engine::testing::{Given, Harness};
use serde_json::{Value, json};

use crate::golden::root;
use crate::operators::{machine_folder, python_is_here};

const COUNTED: [&str; 4] = ["ast_nodes", "code_lines", "cyclomatic_by_block", "cognitive_by_function"];
const COMPUTED: [&str; 3] = ["cyclomatic", "cognitive", "static_score"];

fn scores(programs: Vec<(String, String)>) -> Vec<Value> {
    let rows = programs.into_iter().map(|(id, code)| json!({"id": id, "code": code})).collect();
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().to_owned();
    let harness = Harness { root: root(), scratch, machine_folder: machine_folder(), seed: 0 };
    let inputs = [("rows".to_owned(), Given::Rows(None, rows))].into();
    let mut outcome = harness.run("score.static", serde_yaml::from_str("{}").unwrap(), &inputs).unwrap();
    assert!(outcome.failed.is_empty(), "{:?}", outcome.failed);
    outcome.rows.remove("rows").unwrap()
}

/// The programs that `tests/fixtures/static_score/reference.py` counted.
fn programs() -> Vec<(String, String)> {
    let own = fs::read_to_string(root().join("tests/fixtures/static_score/programs.yaml")).unwrap();
    let own: BTreeMap<String, String> = serde_yaml::from_str(&own).unwrap();
    let practice = fs::read_to_string(root().join("pipelines/data/practice.jsonl")).unwrap();
    let practice = practice.lines().map(|line| {
        let problem: Value = serde_json::from_str(line).unwrap();
        (problem["id"].as_str().unwrap().to_owned(), problem["solution"].as_str().unwrap().to_owned())
    });
    own.into_iter().chain(practice).collect()
}

/// A list of named complexities as the reference writes it: pairs.
fn pairs(list: &Value) -> Value {
    match list {
        Value::Array(entries) => {
            entries.iter().map(|entry| json!([entry["name"], entry["complexity"]])).collect::<Vec<_>>().into()
        }
        other => other.clone(),
    }
}

fn difference(reference: &Value, row: &Value) -> Option<String> {
    let counted = COUNTED.iter().find(|name| pairs(&row[**name]) != reference[**name]);
    let computed = COMPUTED.iter().find(|name| row[**name] != reference[**name]);
    let name = counted.or(computed)?;
    Some(format!("{}: {name} is {}, the reference says {}", row["id"], pairs(&row[*name]), reference[*name]))
}

#[test]
fn every_count_is_that_of_the_packages() {
    if !python_is_here() {
        return;
    }
    let path = Path::new("tests/fixtures/static_score/reference.json");
    let reference: Value = serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap();
    let rows = scores(programs());
    assert_eq!(rows.len(), reference.as_object().unwrap().len(), "{} is not of these programs", path.display());
    let different: Vec<String> =
        rows.iter().filter_map(|row| difference(&reference[row["id"].as_str().unwrap()], row)).collect();
    assert!(different.is_empty(), "{} differ\n{}", different.len(), different.join("\n"));
}

/// Deeper than Python's own recursion, in which the packages would fail.
#[test]
fn programs_that_nest_deeply_are_counted() {
    if !python_is_here() {
        return;
    }
    let sum = format!("def f(x):\n    return {}\n", vec!["x"; 3000].join(" + "));
    let chain = "    elif x == 1:\n        pass\n".repeat(1500);
    let chain = format!("def f(x):\n    if x:\n        pass\n{chain}");
    let rows = scores(vec![("sum".into(), sum), ("chain".into(), chain)]);
    assert_eq!((&rows[0]["code_lines"], &rows[0]["cyclomatic"]), (&json!(2), &json!(1.0)), "{}", rows[0]);
    assert_eq!((&rows[1]["code_lines"], &rows[1]["cyclomatic"]), (&json!(3003), &json!(1502.0)), "{}", rows[1]);
}
