//! One file a command: arguments in, text out, an exit code.

pub mod completions;
pub mod init;
pub mod operators;

use std::io::Write;

use crate::cli::Command;
use crate::exit::{Exit, Failure};

/// Carries a command out.
pub fn execute(command: Command, out: &mut dyn Write) -> Result<Exit, Failure> {
    match command {
        Command::Operators(arguments) => operators::execute(&arguments, out),
        Command::Completions(arguments) => completions::execute(&arguments, out),
        Command::Init(arguments) => init::execute(&arguments, out),
        _ => todo!(),
    }
}
