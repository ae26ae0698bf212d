//! A plan, run with everything that only the command line has: the terminal, signals and secrets.

use std::path::PathBuf;
use std::process;
use std::sync::{Arc, Mutex};

use engine::cache::Cache;
use engine::event::{Outcome, Stamped};
use engine::operator::{Cancellation, SecretResolver};
use engine::plan::Plan;
use engine::run::{RunOptions, RunSummary, run};

use crate::capacity::capacity;
use crate::cli::Running;
use crate::exit::{Exit, Failure};
use crate::machine;
use crate::render::progress;
use crate::report::{Asked, Machine};

/// Runs a plan and tells what happens. The first interrupt finishes what is under way, the second ends the process.
/// Exported files appear below `root`, if there is one.
pub fn execute(
    plan: &Plan,
    cache: &Cache,
    running: &Running,
    asked: Asked,
    root: Option<PathBuf>,
) -> Result<RunSummary, Failure> {
    let cancellation = Cancellation::default();
    listen_for_interrupts(cancellation.clone())?;
    let reporter = Mutex::new(progress::reporter(running.log));
    let listener = move |event: &Stamped| {
        // A closed terminal must not end the run: the events are in its record as well.
        let _ = reporter.lock().map(|mut reporter| reporter.event(event));
    };
    let capacity = capacity(&running.capacity);
    let asked = Asked { machine: Machine::with(&capacity), ..asked };
    let options = RunOptions {
        secrets: Arc::new(Environment),
        cancellation,
        listener: Arc::new(listener),
        machine_folder: machine::folder(),
        capacity,
        root,
        provenance: serde_json::to_value(asked).map_err(Failure::engine)?,
        ..RunOptions::default()
    };
    run(plan, cache, options).map_err(Failure::run)
}

/// The exit code of an outcome.
pub fn exit(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Complete => Exit::Done,
        Outcome::Failed => Exit::Failed,
        Outcome::Interrupted => Exit::Interrupted,
        Outcome::Waiting => Exit::Waiting,
    }
}

fn listen_for_interrupts(cancellation: Cancellation) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "a second interrupt aborts; what is journaled is kept")]
    let handler = move || {
        if cancellation.is_cancelled() {
            process::exit(130);
        }
        cancellation.cancel();
    };
    ctrlc::set_handler(handler).map_err(Failure::engine)
}

/// Secrets are environment variables, read by name when an operator asks.
pub struct Environment;

impl SecretResolver for Environment {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that secrets come from")]
    fn secret(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}
