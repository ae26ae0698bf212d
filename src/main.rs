//! The `millrace` command: the only place that prints, reads arguments and the environment, and sets exit codes.

mod capacity;
mod cli;
mod commands;
mod execute;
mod exit;
mod hub;
mod machine;
mod open;
mod render;
mod report;
mod serve;

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
// Links the catalogue in: its operators register themselves.
use operators as _;

fn main() -> ExitCode {
    // Not locked: the events of `--log json` are written there by other threads meanwhile.
    let mut out = BufWriter::new(std::io::stdout());
    let ended = commands::execute(cli::Cli::parse().command, &mut out);
    let ended = ended.and_then(|exit| out.flush().map(|()| exit).map_err(exit::Failure::from));
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let exit = failure.exit();
            let silent = exit == exit::Exit::Done || matches!(failure, exit::Failure::Told(_));
            if !silent {
                // Standard error may be closed as well; then there is nobody to tell.
                let _ = writeln!(std::io::stderr(), "error: {failure}");
            }
            exit.into()
        }
    }
}
