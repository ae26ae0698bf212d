//! A graph as text, Graphviz or Mermaid.

use std::io::{self, Write};

use engine::graph::{Graph, Node};

/// Lines for a terminal: a node, what it runs, and what it reads.
pub fn text(out: &mut dyn Write, graph: &Graph) -> io::Result<()> {
    let names = graph.nodes.iter().map(|node| node.name.len()).max().unwrap_or(0);
    let operators = graph.nodes.iter().map(|node| node.registration.name.len()).max().unwrap_or(0);
    for node in &graph.nodes {
        let sources: Vec<String> = node
            .inputs
            .iter()
            .map(|(port, edge)| {
                format!("{port}: {}{}", graph.nodes[edge.node].name, output(graph, edge.node, &edge.output))
            })
            .collect();
        let arrow = if sources.is_empty() { "" } else { "<- " };
        let line =
            format!("{:names$}  {:operators$}  {arrow}{}", node.name, node.registration.name, sources.join(", "));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Graphviz.
pub fn dot(out: &mut dyn Write, graph: &Graph) -> io::Result<()> {
    writeln!(out, "digraph {:?} {{\n  rankdir=LR;\n  node [shape=box];", graph.name)?;
    for node in &graph.nodes {
        let label = format!("{}\n{}", node.name, node.registration.name);
        writeln!(out, "  {:?} [label={label:?}];", node.name)?;
    }
    for (node, port, from, given) in edges(graph) {
        let label = format!("{given} -> {port}");
        writeln!(out, "  {:?} -> {:?} [label={label:?}];", from.name, node.name)?;
    }
    writeln!(out, "}}")
}

/// Mermaid; nodes are numbered because its ids take no dots and brackets.
pub fn mermaid(out: &mut dyn Write, graph: &Graph) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (index, node) in graph.nodes.iter().enumerate() {
        writeln!(out, "  n{index}[\"{}<br/><small>{}</small>\"]", node.name, node.registration.name)?;
    }
    for (index, node) in graph.nodes.iter().enumerate() {
        for (port, edge) in &node.inputs {
            writeln!(out, "  n{} -->|{port}| n{index}", edge.node)?;
        }
    }
    Ok(())
}

/// Every edge: its node, its input port, its producer, its output port.
fn edges(graph: &Graph) -> impl Iterator<Item = (&Node, &str, &Node, &str)> {
    graph.nodes.iter().flat_map(move |node| {
        let edges = node.inputs.iter();
        edges.map(move |(port, edge)| (node, port.as_str(), &graph.nodes[edge.node], edge.output.as_str()))
    })
}

/// `.output`, where the producer has several.
fn output(graph: &Graph, node: usize, name: &str) -> String {
    if graph.nodes[node].outputs.len() > 1 { format!(".{name}") } else { String::new() }
}
