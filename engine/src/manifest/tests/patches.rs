//! What patches do to the tree, and in which order.

use super::*;

const FLOW: &str = "
name: flow
seed: 3
vars: {steps: 5, path: rows.jsonl, sizes: {small: 1, large: 9}}
nodes:
  rows: {op: source.rows, with: {path: $path, columns: [a, b]}}
  policy: {op: train.rows, inputs: {rows: rows, process: rows}, with: {steps: $steps, sizes: $sizes}}
presets:
  quick: {policy.with.steps: 1, vars.sizes.small: 0}
  quicker: {policy.with.steps: 0}
  other:
    ablations.plain: {policy.with.steps: {each: [1, 2]}}
    ablations.grid: null
    ablations.third: {more: {op: source.rows}, policy.inputs.process: more, more.with.path: $path}
    vars.path: more.jsonl
ablations:
  plain: {policy.inputs.process: null, policy.with.steps: null}
  grid:
    policy.with.rate: {each: [0.1, $steps]}
    policy.with.loss: {each: [{kind: a}, {kind: b}, hinge]}
    rows.with.columns: [c]
report: {seeds: [1, 2]}
";

fn with(selection: &Selection, node: &str) -> serde_json::Value {
    serde_json::to_value(read(FLOW, selection).operator(node).with.to_value()).unwrap()
}

fn presets(names: &[&str]) -> Selection {
    Selection { presets: names.iter().map(|name| (*name).to_owned()).collect(), ..Selection::default() }
}

#[test]
fn later_patches_win() {
    assert_eq!(with(&presets(&["quick"]), "policy")["steps"], 1);
    assert_eq!(with(&presets(&["quick", "quicker"]), "policy")["steps"], 0);
    assert_eq!(with(&presets(&["quicker", "quick"]), "policy")["steps"], 1);
    let both = Selection { presets: vec!["quick".into()], ..sets(&["policy.with.steps=8", "policy.with.steps=9"]) };
    assert_eq!(with(&both, "policy")["steps"], 9);
}

#[test]
fn variables_are_put_in_after_the_patches() {
    assert_eq!(with(&sets(&["vars.steps=[1, 2]"]), "policy")["steps"], serde_json::json!([1, 2]));
    assert_eq!(with(&presets(&["quick"]), "policy")["sizes"], serde_json::json!({"small": 0, "large": 9}));
    assert_eq!(with(&sets(&["rows.with.limit=$steps"]), "rows")["limit"], 5);
}

#[test]
fn values_replace_and_null_removes() {
    let changed = with(&sets(&["rows.with.columns=[c]", "rows.with.path=null", "rows.with.deep.er.still=x"]), "rows");
    assert_eq!(changed, serde_json::json!({"columns": ["c"], "deep": {"er": {"still": "x"}}}));
    let one = with(&sets(&["rows.with.columns.1=z", "rows.with.columns.0=null"]), "rows");
    assert_eq!(one["columns"], serde_json::json!(["z"]));
    let read = read(FLOW, &sets(&["seed=null", "report.seeds=[7]", "report.vary=[policy]", "policy.run.device=cpu"]));
    assert_eq!(read.manifest().seed, 0);
    assert_eq!(read.manifest().report.as_ref().unwrap().seeds, [7]);
    assert_eq!(read.operator("policy").run.to_value()["device"], "cpu");
}

#[test]
fn null_removes_a_node_and_a_mapping_replaces_it() {
    let gone = read(FLOW, &sets(&["policy=null"]));
    assert_eq!(gone.manifest().nodes.len(), 1);
    let other = read(FLOW, &sets(&["policy={op: train.other, inputs: rows}"]));
    assert_eq!(other.operator("policy").op.value, "train.other");
    assert!(other.operator("policy").with.as_mapping().unwrap().entries.is_empty());
    let edge = &other.operator("policy").inputs[0];
    assert_eq!(other.sources.text(edge.replaces.unwrap()), "policy");
}

#[test]
fn edges_are_rewired_and_know_what_they_were() {
    let read = read(FLOW, &sets(&["policy.inputs.process=policy2", "policy.inputs.more=rows.removed"]));
    let edges: Vec<_> = read
        .operator("policy")
        .inputs
        .iter()
        .map(|edge| (edge.from.value.text.as_str(), edge.replaces.map(|span| read.sources.text(span))))
        .collect();
    assert_eq!(edges, [("rows", None), ("policy2", Some("rows")), ("rows.removed", Some("inputs"))]);
}

#[test]
fn several_sweeps_make_a_grid() {
    let mut sources = Sources::default();
    let document = Document::read(&mut sources, "flow.yaml", FLOW).0.unwrap();
    let variants = document.variants(&[], "grid");
    let labels: Vec<_> = variants.iter().map(|variant| variant.label.as_str()).collect();
    let label = |rate: &str, loss: &str| format!("grid policy.with.rate={rate} policy.with.loss={loss}");
    let losses = ["{kind: a}", "{kind: b}", "hinge"];
    let expected: Vec<_> = ["0.1", "$steps"].iter().flat_map(|rate| losses.map(|loss| label(rate, loss))).collect();
    assert_eq!(labels, expected);
    let selection = Selection { variant: Some(variants[4].clone()), ..Selection::default() };
    assert_eq!(
        with(&selection, "policy"),
        serde_json::json!({"steps": 5, "sizes": {"small": 1, "large": 9}, "rate": 5, "loss": {"kind": "b"}})
    );
    assert_eq!(with(&selection, "rows")["columns"], serde_json::json!(["c"]));
}

#[test]
fn a_preset_has_ablations_of_its_own() {
    let mut sources = Sources::default();
    let document = Document::read(&mut sources, "flow.yaml", FLOW).0.unwrap();
    let names = |presets: &[&str]| document.ablations(&self::presets(presets).presets);
    assert_eq!((names(&[]), names(&["quick"])), (vec!["plain", "grid"], vec!["plain", "grid"]));
    assert_eq!(
        (names(&["quick", "other"]), document.ablations_of("other")),
        (vec!["plain", "third"], vec!["plain", "third"])
    );
    assert_eq!(document.variants(&[], "plain").len(), 1);
    let mut variants = document.variants(&["other".into()], "plain");
    assert_eq!(variants.len(), 2);
    let selection = Selection { variant: variants.pop(), ..presets(&["other"]) };
    assert_eq!(with(&selection, "policy")["steps"], 2);
    let grid = document.variants(&[], "grid").pop();
    let read = read(FLOW, &Selection { variant: grid, ..presets(&["other"]) });
    assert_eq!(read.diagnostics[0].code, "manifest::unknown_ablation");
}

#[test]
fn a_patch_that_puts_in_a_node_may_add_one() {
    let third = Variant { ablation: "third".into(), choices: BTreeMap::new(), label: "third".into() };
    let read = read(FLOW, &Selection { variant: Some(third), ..presets(&["other"]) });
    assert_eq!(read.diagnostics, []);
    let more = read.operator("more");
    assert_eq!((more.op.value.as_str(), more.with.to_value()["path"].as_str()), ("source.rows", Some("more.jsonl")));
    let other = super::read(FLOW, &sets(&["polcy={steps: 3}"]));
    assert_eq!(other.diagnostics[0].code, "patch::unknown_path");
}

#[test]
fn what_a_patch_adds_replaces_nothing() {
    let read = read(FLOW, &sets(&["more={op: source.rows, with: {path: more.jsonl}}"]));
    assert_eq!(read.operator("more").with.nearest(["path"]).replaces, None);
}

#[test]
fn a_variant_that_is_not_in_the_grid_is_a_fault() {
    let variant = Variant { ablation: "grid".into(), choices: BTreeMap::new(), label: "grid".into() };
    let read = read(FLOW, &Selection { variant: Some(variant), ..Selection::default() });
    assert_eq!(read.diagnostics[0].code, "manifest::unknown_variant");
}

#[test]
fn a_grid_has_a_limit() {
    let sweep = format!("{{each: [{}]}}", ["x"; 200].join(", "));
    let text = format!(
        "name: flow\nnodes:\n  a: {{op: a.b}}\nablations:\n  huge: {{a.with.x: {sweep}, a.with.y: {sweep}, a.with.z: {sweep}}}\n"
    );
    let mut sources = Sources::default();
    let (document, faults) = Document::read(&mut sources, "flow.yaml", &text);
    assert_eq!(faults[0].code, "manifest::grid_size");
    assert_eq!(document.unwrap().variants(&[], "huge").len(), 10_000);
}

#[test]
fn the_values_of_a_patch_know_what_they_replace() {
    let read = read(FLOW, &presets(&["quick"]));
    let steps = read.operator("policy").with.nearest(["steps"]);
    assert_eq!((read.sources.text(steps.span), read.sources.text(steps.replaces.unwrap())), ("1", "$steps"));
    let other = super::read(FLOW, &sets(&["vars.steps=6"]));
    let steps = other.operator("policy").with.nearest(["steps"]);
    assert_eq!(other.sources.text(steps.span), "$steps");
    assert_eq!(other.sources.text(steps.variable.unwrap()), "6");
    assert_eq!(other.sources.text(steps.replaces.unwrap()), "5");
}
