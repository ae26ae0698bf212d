//! `millrace run`: makes what is not cached.

use crate::cli::Run;
use crate::execute;
use crate::exit::{Exit, Failure};
use crate::open;

/// Plans, runs, and puts exported files where the manifest wants them.
pub fn execute(arguments: &Run) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let planned = opened.plan(&arguments.nodes)?;
    let summary = execute::execute(&planned, &opened.cache, arguments.log)?;
    Ok(execute::exit(summary.outcome))
}
