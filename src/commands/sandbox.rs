//! `millrace sandbox`: the interpreter that runs Python, made once on a machine.

use std::io::Write;
use std::time::{Duration, Instant};

use sandbox::snapshot::{Interpreter, Kind, Progress, Pruned, Pruning, Store};
use sandbox::{Metering, Sandbox};

use crate::cli::{Prepare, Prune, SandboxCommand};
use crate::exit::{Exit, Failure};
use crate::machine;
use crate::render::size;

/// Both ways in which a pipeline may measure programs.
const METERINGS: [Metering; 2] = [Metering::Clock, Metering::Fuel];

/// Seconds.
const DAY: u64 = 24 * 3600;

/// Characters of a name that tell it from others.
const NAME: usize = 12;

/// Carries a command out.
pub fn execute(command: &SandboxCommand, out: &mut dyn Write) -> Result<Exit, Failure> {
    match command {
        SandboxCommand::Prepare(arguments) => prepare(arguments, out),
        SandboxCommand::Prune(arguments) => prune(arguments, out),
    }
}

/// Makes, takes or finds the interpreter, compiles it for both ways of metering, and writes it out if that is wanted.
fn prepare(arguments: &Prepare, out: &mut dyn Write) -> Result<Exit, Failure> {
    let start = Instant::now();
    let store = store()?;
    let interpreter = match &arguments.from {
        Some(file) => Interpreter::import(&store, file).map_err(Failure::engine)?,
        None => Interpreter::prepare(&store, arguments.python.as_deref(), &mut tell).map_err(Failure::engine)?,
    };
    for metering in METERINGS {
        Sandbox::prepared(metering, &interpreter).map_err(Failure::engine)?;
    }
    if let Some(file) = &arguments.export {
        interpreter.export(file).map_err(Failure::engine)?;
        writeln!(out, "written to {}", file.display())?;
    }
    writeln!(out, "the sandbox is ready ({:.1} s)", start.elapsed().as_secs_f64())?;
    Ok(Exit::Done)
}

/// Removes what other versions left in the store, or lists it.
fn prune(arguments: &Prune, out: &mut dyn Write) -> Result<Exit, Failure> {
    let keys =
        METERINGS.map(Sandbox::compile_key).into_iter().collect::<Result<Vec<_>, _>>().map_err(Failure::engine)?;
    let unused = Duration::from_secs(u64::from(arguments.unused) * DAY);
    let (pruning, verb) =
        if arguments.dry_run { (Pruning::Look, "would remove") } else { (Pruning::Remove, "removed") };
    let pruned = store()?.prune(&keys, unused, pruning).map_err(Failure::engine)?;
    for own in &pruned {
        writeln!(out, "{:>10}  {}", size::bytes(own.bytes), described(own))?;
    }
    let total = pruned.iter().map(|own| own.bytes).sum();
    writeln!(out, "{verb} {} in {} pieces", size::bytes(total), pruned.len())?;
    Ok(Exit::Done)
}

fn described(pruned: &Pruned) -> String {
    let what = match pruned.kind {
        Kind::Interpreter => "interpreter",
        Kind::Code => "compiled code",
        Kind::Unfinished => "left half written",
    };
    let name = pruned.name.get(..NAME).unwrap_or(&pruned.name);
    format!("{what} {name}, not used for {} days", pruned.unused.as_secs() / DAY)
}

/// Where this user's interpreters are.
fn store() -> Result<Store, Failure> {
    let missing = || Failure::Usage("there is no folder to keep it in: set HOME or XDG_CACHE_HOME".to_owned());
    Store::of_machine(&machine::folder().ok_or_else(missing)?).map_err(Failure::engine)
}

fn tell(progress: Progress) {
    // Standard error may be closed; then there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "[{}/{}] {}", progress.done + 1, progress.total, progress.step);
}
