//! `millrace run`: makes what is not cached, and puts exported files where the manifest wants them.

use crate::cli::Run;
use crate::execute;
use crate::exit::{Exit, Failure};
use crate::open;

/// Plans and runs.
pub fn execute(arguments: &Run) -> Result<Exit, Failure> {
    let opened = open::open_to_run(&arguments.pipeline)?;
    let planned = opened.plan(&arguments.nodes)?;
    let root = Some(opened.graph.files.root().to_owned());
    let summary = execute::execute(&planned, &opened.cache, &arguments.running, root)?;
    Ok(execute::exit(summary.outcome))
}
