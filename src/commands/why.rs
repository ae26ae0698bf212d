//! `millrace why`: a hit or a miss, explained by what the output is made of.

use std::io::Write;

use engine::plan::why;

use crate::cli::Node;
use crate::exit::{Exit, Failure};
use crate::open;
use crate::render::explanation;

/// Prints the explanation of one node.
pub fn execute(arguments: &Node, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let node = opened.node(&arguments.node)?;
    let planned = opened.plan(std::slice::from_ref(&node.name))?;
    let task = planned.tasks.iter().find(|task| task.node.name == node.name);
    let task = task.expect("a plan has what it was asked for");
    let explained = why(task, &opened.cache).map_err(Failure::engine)?;
    match arguments.json {
        true => writeln!(out, "{}", serde_json::to_string_pretty(&explained).map_err(Failure::engine)?)?,
        false => explanation::text(out, &explained)?,
    }
    Ok(Exit::Done)
}
