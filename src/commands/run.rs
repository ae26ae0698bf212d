//! `millrace run`: makes what is not cached, and puts exported files where the manifest wants them.

use crate::cli::Run;
use crate::execute;
use crate::exit::{Exit, Failure};
use crate::open;
use crate::report::{self, Asked};

/// Plans and runs.
pub fn execute(arguments: &Run) -> Result<Exit, Failure> {
    let opened = open::open_to_run(&arguments.pipeline)?;
    let planned = opened.plan(&arguments.nodes)?;
    let root = Some(opened.graph.files.root().to_owned());
    let asked = Asked::of(&arguments.pipeline.file, &opened.manifest, &opened.graph);
    let summary = execute::execute(&planned, &opened.cache, &arguments.running, asked, root)?;
    report::leave(&opened.cache, &summary);
    Ok(execute::exit(summary.outcome))
}
