//! Models take room, and what the machine does not have is told or waited for.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::command::Workplace;
use crate::golden::root;

const MANIFEST: &str = r#"
name: room
nodes:
  questions: {op: source.jsonl, with: {path: questions.jsonl}}
  one:
    op: model.scratch
    inputs: questions
    with: {columns: [question], vocabulary: 300, shape: {hidden: 32, layers: 2, heads: 2, context: 256}}
  other: {op: model.scratch, inputs: questions, with: {columns: [question], vocabulary: 290, shape: {hidden: 32, layers: 2, heads: 2, context: 256}}}
  by_one: {op: generate.sample, inputs: {rows: questions, model: one}, with: &asked {prompt: "{{ question }}", samples: 8, max_tokens: 64}}
  by_other: {op: generate.sample, inputs: {rows: questions, model: other}, with: *asked}
  taught: {op: train.sft, inputs: {rows: questions, model: one}, with: {prompt: "{{ question }}", completion: "{{ question }}", steps: 1}}
  written: {op: export.jsonl, inputs: {rows: by_one}, with: {path: one.jsonl}}
  also: {op: export.jsonl, inputs: {rows: by_other}, with: {path: other.jsonl}}
  model: {op: export.checkpoint, inputs: taught, with: {path: model}}
"#;

/// How much a node needs, as it says where there is next to nothing.
fn needed(place: &Workplace, node: &str) -> u64 {
    let ran = place.millrace(&["run", "room.yaml", node, "--capacity", "memory=1"]);
    assert_ne!(ran.code, 0);
    let told = format!("{}{}", ran.out, ran.err);
    let number = told.split("needs ").nth(1).and_then(|rest| rest.split(' ').next());
    assert!(told.contains("of `memory`, but this machine has 1"), "{told}");
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{told}"))
}

/// What a node is planned to need, by what needs it.
fn planned(place: &Workplace, node: &str, set: &[&str]) -> BTreeMap<String, u64> {
    let planned = place.millrace(&[&["plan", "room.yaml", node, "--json"], set].concat());
    let planned: Value = serde_json::from_str(&planned.out).unwrap();
    let task = planned["tasks"].as_array().unwrap().iter().find(|task| task["node"] == node).unwrap();
    let needs = task["needs"].as_array().unwrap().iter();
    needs.map(|need| (need["what"].as_str().unwrap().to_owned(), need["bytes"].as_u64().unwrap())).collect()
}

#[test]
fn a_matrix_that_follows_muon_is_remembered_once() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    fs::write(place.path().join("room.yaml"), MANIFEST).unwrap();
    let alike = planned(&place, "taught", &[]);
    let apart = planned(&place, "taught", &["--set", "taught.with.optimizer={matrices: muon}"]);
    let (both, one) = (alike["moments"], apart["moments"]);
    // Those of the embedding are remembered twice.
    assert!(both / 2 < one && one < both, "{one} beside {both}");
    assert_eq!(alike.values().sum::<u64>() - both, apart.values().sum::<u64>() - one);
}

#[test]
fn models_that_do_not_fit_beside_each_other_take_turns() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    fs::write(place.path().join("room.yaml"), MANIFEST).unwrap();
    let one = needed(&place, "by_one").max(needed(&place, "by_other"));
    let capacity = format!("memory={}", one + one / 2);
    place.events(&["run", "room.yaml", "written", "also", "--capacity", &capacity]);
    for file in ["one.jsonl", "other.jsonl"] {
        assert_eq!(fs::read_to_string(place.path().join(file)).unwrap().lines().count(), 64);
    }
    // A training holds more than its weights, which is known before it begins.
    let planned = planned(&place, "taught", &[]);
    let taught: u64 = planned.values().sum();
    assert!(taught > 1 << 20, "{taught}");
    let little = format!("memory={}", taught - 1);
    let refused = place.millrace(&["plan", "room.yaml", "model", "--capacity", &little]);
    assert!(refused.out.contains("of `memory` are needed"), "{}", refused.out);
    let refused = place.millrace(&["run", "room.yaml", "model", "--capacity", &little]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    assert!(refused.err.contains("of `memory` are needed"), "{}", refused.err);
    place.events(&["run", "room.yaml", "model", "--capacity", &format!("memory={taught}")]);
}
