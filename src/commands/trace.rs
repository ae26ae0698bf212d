//! `millrace trace`: one row's way through the pipeline.

use std::io::Write;

use engine::trace::{TraceError, trace};

use crate::cli::Trace;
use crate::exit::{Exit, Failure};
use crate::open;
use crate::render::way;

/// Prints where a row, its ancestors and its descendants were, and what was decided about them.
pub fn execute(arguments: &Trace, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let planned = opened.plan_of_everything()?;
    let found = trace(&planned, &opened.cache, &arguments.row).map_err(|error| match error {
        TraceError::Unknown(_) | TraceError::Ambiguous { .. } => Failure::Usage(error.to_string()),
        TraceError::Table(_) | TraceError::Cache(_) => Failure::engine(error),
    })?;
    match arguments.json {
        true => writeln!(out, "{:#}", way::json(&found))?,
        false => way::text(out, &found)?,
    }
    Ok(Exit::Done)
}
