//! The design's example: it must read and resolve under every selection.

use super::super::Kind;
use super::*;

#[test]
fn resolves_as_it_stands() {
    let read = read(RECODE, &Selection::default());
    let manifest = read.manifest();
    assert_eq!((manifest.name.value.as_str(), manifest.seed, manifest.reseed), ("recode", 17, None));
    assert_eq!(manifest.nodes.len(), 16);
    let policy = read.operator("policy");
    assert_eq!(policy.op.value, "train.grpo");
    assert_eq!(read.sources.text(policy.op.span), "train.grpo");
    assert_eq!(policy.with.to_value()["steps"], 1600);
    let ports: Vec<_> = policy.inputs.iter().map(|edge| edge.port.as_ref().unwrap().value.as_str()).collect();
    assert_eq!(ports, ["problems", "model", "process"]);
    assert_eq!(read.operator("heldout").with.to_value()["after"], "2024-10-01");
    let verdicts = &read.operator("verdicts").inputs;
    assert!(verdicts[0].port.is_none() && verdicts[0].from.value.text == "answers");
}

#[test]
fn reads_the_loop() {
    let read = read(RECODE, &Selection::default());
    let NodeKind::Block(block) = &node(&read.manifest().nodes, "improve").kind else { panic!("not a block") };
    assert_eq!(block.repeat.value, 3);
    let carried: Vec<_> = block
        .carry
        .iter()
        .map(|carry| (&*carry.name.value, &*carry.first.value.text, &*carry.then.value.text))
        .collect();
    assert_eq!(carried, [("current", "policy", "policy"), ("pool", "problems", "unsolved")]);
    assert_eq!(block.nodes.len(), 4);
    let halfway = &read.operator("halfway").inputs[1].from.value;
    assert_eq!((halfway.steps[0].name.as_str(), halfway.steps[0].round), ("improve", Some(2)));
}

#[test]
fn reads_the_report() {
    let read = read(RECODE, &Selection { seed: Some(2), ..Selection::default() });
    let report = read.manifest().report.as_ref().unwrap();
    assert_eq!(report.seeds, [1, 2, 3]);
    assert_eq!(report.vary[0].value.text, "policy");
    assert_eq!(report.metrics[0].value, "pass.pass@1");
    assert_eq!((read.manifest().seed, read.manifest().reseed), (17, Some(2)));
}

#[test]
fn takes_the_preset() {
    let read = read(RECODE, &Selection { presets: vec!["tiny".into()], ..Selection::default() });
    assert_eq!(read.operator("problems").op.value, "synthesize.practice");
    let policy = read.operator("policy").with.as_mapping().unwrap();
    let steps = policy.get("steps").unwrap();
    assert_eq!(steps.to_value(), 40);
    assert_eq!(read.sources.text(steps.span), "40");
    assert_eq!(read.sources.text(steps.replaces.unwrap()), "$steps");
    let count = read.operator("problems").with.nearest(["count"]);
    assert_eq!(read.sources.text(count.replaces.unwrap()), "problems");
}

#[test]
fn takes_the_ablations() {
    let mut sources = Sources::default();
    let document = Document::read(&mut sources, "recode.yaml", RECODE).0.unwrap();
    assert_eq!((document.presets(), document.ablations(&[])), (vec!["tiny"], vec!["outcome-only", "gate"]));
    assert_eq!(document.variants(&[], "outcome-only").len(), 1);
    assert!(document.variants(&[], "nothing").is_empty());
    let labels: Vec<_> = document.variants(&[], "gate").into_iter().map(|variant| variant.label).collect();
    let expected = ["hard", "soft", "add"].map(|value| format!("gate={value}"));
    assert_eq!(labels, expected);

    let resolve = |variant: Variant| {
        let selection = Selection { variant: Some(variant), ..Selection::default() };
        let (manifest, diagnostics) = document.resolve(&mut sources.clone(), &selection);
        assert_eq!(diagnostics, []);
        manifest.unwrap()
    };
    let outcome = resolve(document.variants(&[], "outcome-only").remove(0));
    let policy = operator(&outcome, "policy");
    assert!(policy.inputs.iter().all(|edge| edge.port.as_ref().unwrap().value != "process"));
    assert_eq!(policy.with.to_value()["process"], "off");
    let soft = resolve(document.variants(&[], "gate").remove(1));
    assert_eq!(operator(&soft, "policy").with.to_value()["process"], "soft");
}

#[test]
fn takes_set_arguments_last_and_in_the_loop() {
    let arguments = ["policy.with.steps=7", "improve.nodes.policy.with.beta=0.2", "vars.steps=9", "improve.repeat=2"];
    let selection = Selection { presets: vec!["tiny".into()], ..sets(&arguments) };
    let read = read(RECODE, &selection);
    assert_eq!(read.operator("policy").with.to_value()["steps"], 7);
    let beta = read.operator("improve.policy").with.nearest(["beta"]);
    assert!(matches!(&beta.kind, Kind::Scalar(scalar) if scalar.value == 0.2));
    assert_eq!(read.sources.text(beta.span), "0.2");
    assert_eq!(read.sources.get(beta.span.source).name, "--set");
}
