//! `millrace graph`: the nodes and edges, drawn.

use std::io::Write;

use crate::cli::{GraphArguments, GraphFormat};
use crate::exit::{Exit, Failure};
use crate::open;
use crate::render::graph;

/// Prints the graph.
pub fn execute(arguments: &GraphArguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    match arguments.format {
        GraphFormat::Text => graph::text(out, &opened.graph)?,
        GraphFormat::Dot => graph::dot(out, &opened.graph)?,
        GraphFormat::Mermaid => graph::mermaid(out, &opened.graph)?,
    }
    Ok(Exit::Done)
}
