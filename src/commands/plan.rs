//! `millrace plan`: what a run would do, and because of what.

use std::io::Write;

use engine::plan::{forecast, lacks};

use crate::cli::PlanArguments;
use crate::execute::Environment;
use crate::exit::{Exit, Failure};
use crate::open;
use crate::render::plan;

/// Prints the plan.
pub fn execute(arguments: &PlanArguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let (planned, needs) = (opened.plan(&arguments.nodes)?, forecast(&opened.graph));
    let lacking = lacks(&planned, &Environment);
    match arguments.json {
        true => writeln!(out, "{:#}", plan::json(&planned, &needs, &lacking))?,
        false => plan::text(out, &planned, &needs, &lacking)?,
    }
    Ok(Exit::Done)
}
