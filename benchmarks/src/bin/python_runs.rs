//! `python_runs FOLDER clock|fuel RUNS PROGRAM INPUT`: what runs of a program in the sandbox cost.
//!
//! Every run is a pristine interpreter on one worker. Prints one JSON object with the CPU time of all runs; the
//! interpreter is made below the folder the first time, which does not count.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use cpu_time::ProcessTime;
use sandbox::snapshot::{Interpreter, Store};
use sandbox::{Budget, Job, Limits, Metering, Pool, Sandbox};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, metering, runs, program, input] = arguments.as_slice() else {
        return Err(io::Error::other("usage: python_runs FOLDER clock|fuel RUNS PROGRAM INPUT"));
    };
    let (metering, budget) = match metering.as_str() {
        "fuel" => (Metering::Fuel, Budget::Fuel(u64::MAX >> 1)),
        _ => (Metering::Clock, Limits::default().budget),
    };
    let runs: usize = runs.parse().map_err(io::Error::other)?;
    let pool = pool(Path::new(folder), metering)?;
    let job = Job::script(fs::read_to_string(program)?, input.as_str());
    let limits = Limits { budget, ..Limits::default() };
    let expected = output(&pool, &job, limits, 1)?;
    let start = ProcessTime::now();
    let given = output(&pool, &job, limits, runs)?;
    let cpu_seconds = start.elapsed().as_secs_f64();
    if given != expected {
        return Err(io::Error::other("the runs did not all give the same"));
    }
    writeln!(io::stdout(), "{}", serde_json::json!({"runs": runs, "cpu_seconds": cpu_seconds}))
}

fn pool(folder: &Path, metering: Metering) -> io::Result<Pool> {
    let store = Store::of_machine(folder).map_err(io::Error::other)?;
    let interpreter = Interpreter::prepare(&store, None, &mut |_| ()).map_err(io::Error::other)?;
    let sandbox = Sandbox::prepared(metering, &interpreter).map_err(io::Error::other)?;
    Pool::new(&sandbox, NonZeroUsize::MIN).map_err(io::Error::other)
}

/// The last run's output; an error where runs differ or fail.
fn output(pool: &Pool, job: &Job, limits: Limits, runs: usize) -> io::Result<Vec<u8>> {
    let mut last: Option<Vec<u8>> = None;
    for outcome in pool.run_all(std::iter::repeat_n(job.clone(), runs), limits) {
        let outcome = outcome.map_err(io::Error::other)?;
        if !outcome.succeeded() {
            return Err(io::Error::other(format!("{:?}", outcome.ending)));
        }
        match &last {
            Some(before) if *before != outcome.stdout.bytes => return Err(io::Error::other("runs differ")),
            _ => last = Some(outcome.stdout.bytes),
        }
    }
    last.ok_or_else(|| io::Error::other("no run was asked for"))
}
