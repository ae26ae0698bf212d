//! `millrace sandbox`: the interpreter that runs Python, made once on a machine.

use std::io::Write;
use std::time::Instant;

use sandbox::snapshot::{Interpreter, Progress, Store};
use sandbox::{Metering, Sandbox};

use crate::cli::{Prepare, SandboxCommand};
use crate::exit::{Exit, Failure};
use crate::machine;

/// Carries a command out.
pub fn execute(command: &SandboxCommand, out: &mut dyn Write) -> Result<Exit, Failure> {
    let SandboxCommand::Prepare(arguments) = command;
    prepare(arguments, out)
}

/// Makes, takes or finds the interpreter, compiles it for both ways of metering, and writes it out if that is wanted.
fn prepare(arguments: &Prepare, out: &mut dyn Write) -> Result<Exit, Failure> {
    let start = Instant::now();
    let missing = || Failure::Usage("there is no folder to keep it in: set HOME or XDG_CACHE_HOME".to_owned());
    let store = Store::of_machine(&machine::folder().ok_or_else(missing)?).map_err(Failure::engine)?;
    let interpreter = match &arguments.from {
        Some(file) => Interpreter::import(&store, file).map_err(Failure::engine)?,
        None => Interpreter::prepare(&store, arguments.python.as_deref(), &mut tell).map_err(Failure::engine)?,
    };
    for metering in [Metering::Clock, Metering::Fuel] {
        Sandbox::prepared(metering, &interpreter).map_err(Failure::engine)?;
    }
    if let Some(file) = &arguments.export {
        interpreter.export(file).map_err(Failure::engine)?;
        writeln!(out, "written to {}", file.display())?;
    }
    writeln!(out, "the sandbox is ready ({:.1} s)", start.elapsed().as_secs_f64())?;
    Ok(Exit::Done)
}

fn tell(progress: Progress) {
    // Standard error may be closed; then there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "[{}/{}] {}", progress.done + 1, progress.total, progress.step);
}
