//! `millrace run`: makes what is not cached.

use std::io::{self, Write};

use engine::run::export;

use crate::cli::Run;
use crate::execute;
use crate::exit::{Exit, Failure};
use crate::open;

/// Plans, runs, and puts exported files where the manifest wants them.
pub fn execute(arguments: &Run) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let planned = opened.plan(&arguments.nodes)?;
    let summary = execute::execute(&planned, &opened.cache, arguments.log)?;
    for exported in export(&planned, &opened.cache, opened.graph.files.root()).map_err(Failure::engine)? {
        if exported.done.written + exported.done.removed > 0 {
            writeln!(io::stderr(), "{}: wrote {}", exported.node, exported.path.display())?;
        }
    }
    Ok(execute::exit(summary.outcome))
}
