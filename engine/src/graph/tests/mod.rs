//! What a graph without faults looks like. Faults are cases of the root package.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fixtures;
mod shape;
mod types;

use std::path::Path;

use crate::diagnostic::{Diagnostic, Palette, render};
use crate::graph::{Graph, Node};
use crate::manifest::Selection;
use crate::pipeline::Pipeline;

/// The graph of a manifest without faults; warnings are let pass.
fn graph(nodes: &str) -> Graph {
    selected(nodes, &Selection::default())
}

fn selected(text: &str, selection: &Selection) -> Graph {
    let mut pipeline = Pipeline::read("test.yaml", format!("name: test\n{text}").as_bytes(), Path::new("absent"));
    let (checked, diagnostics) = pipeline.graph(selection);
    let Some((_, graph)) = checked else {
        panic!("{}", render(&diagnostics, pipeline.sources(), 100, Palette::Plain));
    };
    assert!(!diagnostics.iter().any(Diagnostic::is_error));
    graph
}

fn names(graph: &Graph) -> Vec<&str> {
    graph.nodes.iter().map(|node| node.name.as_str()).collect()
}

fn node<'a>(graph: &'a Graph, name: &str) -> &'a Node {
    &graph.nodes[graph.find(name).unwrap()]
}

/// The edge into a port, as `node.output`.
fn edge(graph: &Graph, name: &str, port: &str) -> String {
    let from = &node(graph, name).inputs[port];
    format!("{}.{}", graph.nodes[from.node].name, from.output)
}
