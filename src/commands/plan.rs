//! `millrace plan`: what a run would do, and because of what.

use std::io::Write;

use engine::plan::lacks;

use crate::capacity::capacity;
use crate::cli::PlanArguments;
use crate::execute::Environment;
use crate::exit::{Exit, Failure};
use crate::open;
use crate::render::plan;

/// Prints the plan.
pub fn execute(arguments: &PlanArguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let planned = opened.plan(&arguments.nodes)?;
    let lacking = lacks(&planned, &Environment, &capacity(&arguments.capacity));
    match arguments.json {
        true => writeln!(out, "{:#}", plan::json(&planned, &lacking))?,
        false => plan::text(out, &planned, &lacking)?,
    }
    Ok(Exit::Done)
}
