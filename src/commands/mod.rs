//! One file a command: arguments in, text out, an exit code.

mod ablate;
mod cache;
mod check;
mod completions;
mod graph;
mod init;
mod operators;
mod plan;
mod report;
mod run;
mod sandbox;
mod schemas;
mod serve;
mod show;
mod trace;
mod why;

use std::io::Write;

use crate::cli::Command;
use crate::exit::{Exit, Failure};

/// Carries a command out.
pub fn execute(command: Command, out: &mut dyn Write) -> Result<Exit, Failure> {
    match command {
        Command::Init(arguments) => init::execute(&arguments, out),
        Command::Check(arguments) => check::execute(&arguments, out),
        Command::Plan(arguments) => plan::execute(&arguments, out),
        Command::Why(arguments) => why::execute(&arguments, out),
        Command::Show(arguments) => show::execute(&arguments, out),
        Command::Trace(arguments) => trace::execute(&arguments, out),
        Command::Graph(arguments) => graph::execute(&arguments, out),
        Command::Operators(arguments) => operators::execute(&arguments, out),
        Command::Completions(arguments) => completions::execute(&arguments, out),
        Command::Schemas(arguments) => schemas::execute(&arguments, out),
        Command::Run(arguments) => run::execute(&arguments),
        Command::Ablate(arguments) => ablate::execute(&arguments, out),
        Command::Report(arguments) => report::execute(&arguments, out),
        Command::Cache(command) => cache::execute(&command, out),
        Command::Serve(arguments) => serve::execute(&arguments, out),
        Command::Sandbox(command) => sandbox::execute(&command, out),
    }
}
