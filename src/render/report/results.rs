//! What came out: what the manifest measures, else what was measured at all, else what nobody reads further.

use maud::{Markup, html};

use super::quantity::{counted, number};
use crate::render::size;
use crate::report::{Facts, Node, Output};

/// How many numbers are told where the manifest does not say which.
const NUMBERS: usize = 12;

pub(super) fn section(facts: &Facts) -> Markup {
    if facts.comparison.is_some() {
        return html! {};
    }
    html! {
        section #results {
            h2 { "Results" }
            dl.figures {
                @for (label, value) in figures(facts) {
                    div { dt { (label) } dd { (value) } }
                }
            }
        }
    }
}

pub(in crate::render) fn figures(facts: &Facts) -> Vec<(String, String)> {
    if facts.results.iter().any(|own| own.value.is_some()) {
        let told = facts.results.iter();
        return told.map(|own| (own.label.clone(), own.value.map_or("–".to_owned(), number))).collect();
    }
    let measured: Vec<_> = facts.nodes.iter().flat_map(measured).take(NUMBERS).collect();
    if !measured.is_empty() {
        return measured;
    }
    let read = |node: &Node, output: &Output| {
        let edges = facts.nodes.iter().flat_map(|reader| &reader.inputs);
        edges.into_iter().any(|input| input.node == node.label && input.output == output.port)
    };
    let last = facts.nodes.iter().flat_map(|node| {
        let outputs = node.outputs.iter().filter(|output| !output.aside && !read(node, output));
        outputs.map(|output| (titled(node, output), amount(node, output)))
    });
    last.take(NUMBERS).collect()
}

/// An output's name, and where it is written to.
fn titled(node: &Node, output: &Output) -> String {
    match node.ingredients.config["path"].as_str().filter(|_| output.rows.is_none()) {
        Some(path) => format!("{} in {path}", node.label),
        None => named(node, output),
    }
}

/// The rows of an output, or those that went into its files.
fn amount(node: &Node, output: &Output) -> String {
    let written = || node.inputs.iter().filter_map(|input| input.rows).reduce(|one, other| one + other);
    let rows = output.rows.or_else(written);
    rows.map_or_else(|| given(output), |rows| counted(rows, "row", "rows"))
}

/// The numbers over all rows that a node measured once.
fn measured(node: &Node) -> impl Iterator<Item = (String, String)> {
    let values = node.outputs.iter().flat_map(|output| output.contents.values());
    let whole = values.filter(|value| value.group.is_none());
    whole.filter_map(|own| Some((format!("{}.{}", node.label, own.name), number(own.value?))))
}

/// `node`, or `node.output` where it has several.
pub(super) fn named(node: &Node, output: &Output) -> String {
    if node.outputs.len() > 1 { format!("{}.{}", node.label, output.port) } else { node.label.clone() }
}

/// How much an output is.
pub(in crate::render) fn given(output: &Output) -> String {
    match output.rows {
        Some(rows) => counted(rows, "row", "rows"),
        None => size::bytes(output.bytes),
    }
}
