//! Types along edges.

use super::{graph, node};
use crate::port::PortType;

fn columns(port_type: Option<&PortType>) -> Option<Vec<String>> {
    let schema = port_type?.schema()?;
    Some(schema.fields().iter().map(|field| field.name().clone()).collect())
}

#[test]
fn types_follow_the_edges() {
    let graph = graph(
        "
nodes:
  start: {op: graph.read, with: {column: name}}
  pass: {op: graph.pass, inputs: start}
  again: {op: graph.pass, inputs: pass.others}
  end: {op: graph.join, inputs: {a: again, b: pass}}
",
    );
    for name in ["start", "pass", "again"] {
        assert_eq!(columns(node(&graph, name).outputs["rows"].as_ref()), Some(vec!["name".to_owned()]), "{name}");
    }
    assert_eq!(node(&graph, "end").outputs["rows"], None);
}

#[test]
fn a_missing_file_leaves_the_types_that_follow_from_it_open() {
    let graph = graph(
        "
nodes:
  start: {op: graph.read, with: {path: nowhere.jsonl}}
  pass: {op: graph.pass, inputs: start}
  end: {op: graph.join, inputs: {a: pass}}
",
    );
    assert_eq!(node(&graph, "start").outputs["rows"], None);
    assert_eq!(node(&graph, "pass").outputs["others"], None);
}
