//! A checkpoint that was trained elsewhere, taken as a training's output: what stands behind that node goes on from it.

use std::fs;

use crate::command::Workplace;
use crate::golden::root;

const MANIFEST: &str = r#"
name: adopted
nodes:
  problems: {op: synthesize.practice, with: {count: 20, tests: 2, depth: {from: 1, to: 1}}}
  scratch:  {op: model.scratch, inputs: problems, with: {vocabulary: 300, shape: {hidden: 16, heads: 2, layers: 1, context: 512}}}
  taught:
    op: train.sft
    inputs: {rows: problems, model: scratch}
    with: {prompt: "{{ statement }}", completion: "{{ solution }}", steps: 2}
  released: {op: export.checkpoint, inputs: taught, with: {path: out/model}}
"#;

#[test]
fn a_checkpoint_from_elsewhere_is_a_trainings_output() {
    let place = Workplace::copy_of(&root().join("examples"));
    fs::write(place.path().join("adopted.yaml"), MANIFEST).unwrap();
    place.events(&["run", "adopted.yaml"]);
    let weights = || fs::read(place.path().join("out/model/model.safetensors")).unwrap();
    let trained = weights();
    fs::rename(place.path().join("out/model"), place.path().join("elsewhere")).unwrap();
    // As the output of a training that was never made here.
    let longer = ["--set", "taught.with.steps=3"];
    let adopted =
        place.millrace(&[&["cache", "adopt", "adopted.yaml", "taught", "model=elsewhere"], &longer[..]].concat());
    assert_eq!(adopted.code, 0, "{}", adopted.err);
    let events = place.events(&[&["run", "adopted.yaml"], &longer[..]].concat());
    let started = events.iter().filter(|event| event["event"] == "node_started");
    assert_eq!(started.map(|event| event["node"].clone()).collect::<Vec<_>>(), ["released"]);
    assert!(weights() == trained);
}
