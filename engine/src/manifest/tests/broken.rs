//! What a fault leaves: everything that could be read, so that the graph finds its own faults in the same pass.

use super::*;

#[test]
fn a_faulty_node_keeps_its_name_and_the_others_are_there() {
    let text = "name: flow\nnodes:\n  a: {op: 5}\n  b: {op: a.b, with: {x: $gone}}\n  c: {op: a.b, inputs: a..b}\n  d: {op: a.b, wiht: {}}\n  e: {repeat: 0, nodes: {n: {op: a.b}}}\n  f: {op: a.b, inputs: a}\n";
    let read = read(text, &Selection::default());
    let manifest = read.manifest.as_ref().unwrap();
    let broken: Vec<_> = manifest
        .nodes
        .iter()
        .filter(|node| matches!(node.kind, NodeKind::Broken))
        .map(|node| node.name.value.as_str())
        .collect();
    assert_eq!(broken, ["a", "b", "c", "e"]);
    assert_eq!(read.diagnostics.len(), 5, "{}", read.rendered());
}

#[test]
fn a_broken_node_of_a_block_leaves_the_block() {
    let text = "name: flow\nnodes:\n  loop: {repeat: $rounds, nodes: {n: {op: a.b}, m: {}}}\nvars: {rounds: 2}\n";
    let read = read(text, &Selection::default());
    let NodeKind::Block(block) = &read.manifest.as_ref().unwrap().nodes[0].kind else { panic!("not a block") };
    assert_eq!(block.repeat.value, 2);
    assert!(matches!(block.nodes[1].kind, NodeKind::Broken));
}

#[test]
fn checking_every_selection_tells_a_fault_once() {
    let text = "name: flow\nnodes:\n  a: {op: a.b, wiht: {}}\npresets: {p: {a.with.x: 1}, q: {b.with.x: 1}}\n";
    let mut sources = Sources::default();
    let (document, mut diagnostics) = Document::read(&mut sources, "flow.yaml", text);
    let document = document.unwrap();
    for _ in 0..3 {
        for preset in document.presets() {
            let selection = Selection { presets: vec![preset.to_owned()], ..sets(&["a.wiht.x=1"]) };
            diagnostics.extend(document.resolve(&mut sources, &selection).1);
        }
    }
    let codes: Vec<_> = arrange(diagnostics).iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["manifest::unknown_key", "patch::unknown_path", "patch::unknown_path"]);
}
