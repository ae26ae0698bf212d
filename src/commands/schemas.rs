//! `millrace schemas`: the JSON Schemas that editors complete and check manifests with.

use std::fs;
use std::io::Write;

use crate::cli::Schemas;
use crate::exit::{Exit, Failure};

/// Writes every schema below a folder.
pub fn execute(arguments: &Schemas, out: &mut dyn Write) -> Result<Exit, Failure> {
    let files = engine::schema::files();
    for (name, text) in &files {
        let path = arguments.folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&arguments.folder))?;
        fs::write(path, text)?;
    }
    writeln!(out, "wrote {} schemas to {}", files.len(), arguments.folder.display())?;
    Ok(Exit::Done)
}
