//! `millrace plan`: what a run would do, and because of what.

use std::io::Write;

use crate::cli::PlanArguments;
use crate::exit::{Exit, Failure};
use crate::open;
use crate::render::plan;

/// Prints the plan.
pub fn execute(arguments: &PlanArguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let planned = open::open(&arguments.pipeline)?.plan(&arguments.nodes)?;
    match arguments.json {
        true => writeln!(out, "{:#}", plan::json(&planned))?,
        false => plan::text(out, &planned)?,
    }
    Ok(Exit::Done)
}
