//! A training read at fewer steps than it makes: one way, on which every step is made once.

use std::fs;

use crate::command::Workplace;
use crate::golden::root;

const MANIFEST: &str = r#"
name: milestones
nodes:
  problems: {op: synthesize.practice, with: {count: 20, tests: 2, depth: {from: 1, to: 1}}}
  scratch:  {op: model.scratch, inputs: problems, with: {vocabulary: 300, shape: {hidden: 16, heads: 2, layers: 1, context: 512}}}
  taught:
    op: train.sft
    inputs: {rows: problems, model: scratch}
    with: {prompt: "{{ statement }}", completion: "{{ solution }}", steps: 7}
  early: {op: export.checkpoint, inputs: taught@3, with: {path: out/early}}
  late:  {op: export.checkpoint, inputs: taught, with: {path: out/late}}
"#;

#[test]
fn a_training_is_read_on_its_way() {
    let place = Workplace::copy_of(&root().join("examples"));
    fs::write(place.path().join("milestones.yaml"), MANIFEST).unwrap();
    let weights = |name: &str| fs::read(place.path().join("out").join(name).join("model.safetensors")).unwrap();
    let events = place.events(&["run", "milestones.yaml"]);
    let steps = |events: &[serde_json::Value]| events.iter().filter(|event| event["event"] == "measured").count();
    assert_eq!(steps(&events), 7);
    let (early, late) = (weights("early"), weights("late"));
    assert!(early != late);
    for (steps, wanted) in [("3", &early), ("7", &late)] {
        let set =
            ["--set", &format!("taught.with.steps={steps}"), "--cache", &format!("apart-{steps}")].map(str::to_owned);
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        place.events(&[&["run", "milestones.yaml", "late"], &set[..]].concat());
        assert!(weights("late") == *wanted, "{steps} steps");
    }
}
