//! `python_runs PLACE clock|fuel|process RUNS PROGRAM INPUT`: what runs of a program cost.
//!
//! Every run is a pristine interpreter on one worker: in the sandbox, made below the folder PLACE the first time, which
//! does not count; or in a native process of the Python PLACE. Prints one JSON object with the CPU time of all runs.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use cpu_time::ProcessTime;
use sandbox::process::{Installation, Kernel, Native};
use sandbox::snapshot::{Interpreter, Store};
use sandbox::{Budget, Engine, Job, Limits, Metering, Pool, Sandbox};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [place, side, runs, program, input] = arguments.as_slice() else {
        return Err(io::Error::other("usage: python_runs PLACE clock|fuel|process RUNS PROGRAM INPUT"));
    };
    let runs: usize = runs.parse().map_err(io::Error::other)?;
    let budget = if side == "fuel" { Budget::Fuel(u64::MAX >> 1) } else { Limits::default().budget };
    let limits = Limits { budget, ..Limits::default() };
    let job = Job::script(fs::read_to_string(program)?, input.as_str());
    let engine = engine(side, Path::new(place))?;
    // Once without runs to speak of: what is left is theirs, and not that of starting and ending.
    let (expected, once) = cost(&engine, &job, limits, 1)?;
    let (given, all) = cost(&engine, &job, limits, runs + 1)?;
    if given != expected {
        return Err(io::Error::other("the runs did not all give the same"));
    }
    writeln!(io::stdout(), "{}", serde_json::json!({"runs": runs, "cpu_seconds": all - once}))
}

fn engine(side: &str, place: &Path) -> io::Result<Engine> {
    let metering = match side {
        "process" => {
            let installation = Installation::survey(Some(place)).map_err(io::Error::other)?;
            return Ok((&Native::open(installation, &Kernel::of_this_machine()).map_err(io::Error::other)?).into());
        }
        "fuel" => Metering::Fuel,
        _ => Metering::Clock,
    };
    let store = Store::of_machine(place).map_err(io::Error::other)?;
    let interpreter = Interpreter::prepare(&store, None, &mut |_| ()).map_err(io::Error::other)?;
    Ok((&Sandbox::prepared(metering, &interpreter).map_err(io::Error::other)?).into())
}

/// The output, and the CPU-seconds of this process and of all that it started.
fn cost(engine: &Engine, job: &Job, limits: Limits, runs: usize) -> io::Result<(Vec<u8>, f64)> {
    let (own, others) = (ProcessTime::now(), children()?);
    let pool = Pool::new(engine.clone(), NonZeroUsize::MIN).map_err(io::Error::other)?;
    let output = output(&pool, job, limits, runs)?;
    // Processes are counted when they have ended.
    drop(pool);
    Ok((output, own.elapsed().as_secs_f64() + children()? - others))
}

/// CPU-seconds of the processes that were started here, and of theirs.
fn children() -> io::Result<f64> {
    /// The kernel's unit, on every processor that Rust knows.
    const TICKS: f64 = 100.0;
    let line = fs::read_to_string("/proc/self/stat")?;
    let fields = line.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    Ok(fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS)
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
