//! `millrace completions`: a completion script.

use std::io::Write;

use clap::CommandFactory;

use crate::cli::{Cli, Completions};
use crate::exit::{Exit, Failure};

/// Prints the script for one shell.
pub fn execute(arguments: &Completions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "millrace", &mut script);
    out.write_all(&script)?;
    Ok(Exit::Done)
}
