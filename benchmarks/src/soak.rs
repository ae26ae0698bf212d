//! Very many runs of programs of every kind, hostile ones among them, in the same few interpreters: each must give what
//! it gave in an interpreter of its own, and memory must not grow.
//!
//! Owns the choice of runs and the comparison. Knows nothing of what the programs are for.

mod kept;
mod program;

use std::collections::VecDeque;
use std::io;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sandbox::{HostError, Metering, Pool, Sandbox, Ticket};
use serde::Serialize;

use self::kept::Kept;
pub use self::program::{Program, programs};

const SEED: u64 = 17;

/// Samples of the memory in a whole soak.
const SAMPLES: usize = 100;

/// A program costs as many milliseconds as this over its weight, or less: few that are heavy, many that are light.
const SHARE: f64 = 200.0;

/// How a soak stands after so many runs.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sample {
    /// Runs that are done.
    pub runs: usize,
    /// Memory that is resident, in MiB.
    pub resident_mib: f64,
}

/// What came of a soak.
#[derive(Debug, Serialize)]
pub struct Soaked {
    /// The memory on the way.
    pub samples: Vec<Sample>,
    /// Runs that did not give what they had to, each in a line.
    pub changed: Vec<String>,
}

impl Soaked {
    /// How much more memory there was in the last quarter than in the first, on the average, in MiB.
    #[must_use]
    pub fn growth_mib(&self) -> f64 {
        let quarter = self.samples.len().div_ceil(4);
        let mean = |samples: &[Sample]| samples.iter().map(|sample| sample.resident_mib).sum::<f64>() / quarter as f64;
        mean(&self.samples[self.samples.len() - quarter..]) - mean(&self.samples[..quarter])
    }
}

/// A program, what it gives in an interpreter of its own, and how often it is chosen.
struct Known<'a> {
    program: &'a Program,
    gives: Kept,
    weight: u64,
}

/// Runs programs so many times, chosen by chance, the same choice every time.
///
/// # Errors
/// The host's, never a program's.
pub fn soak(sandbox: &Sandbox, metering: Metering, programs: &[Program], runs: usize) -> io::Result<Soaked> {
    let known = programs.iter().map(|program| Known::of(program, sandbox, metering));
    let known = known.collect::<Result<Vec<_>, HostError>>().map_err(io::Error::other)?;
    let pool = Pool::new(sandbox, available_parallelism().unwrap_or(NonZeroUsize::MIN)).map_err(io::Error::other)?;
    let mut choice = ChaCha8Rng::seed_from_u64(SEED);
    let mut under_way: VecDeque<(&Known<'_>, Ticket)> = VecDeque::new();
    let mut soaked = Soaked { samples: Vec::new(), changed: Vec::new() };
    for done in 0..runs {
        while under_way.len() < pool.room().min(runs - done) {
            let chosen = choose(&known, &mut choice);
            under_way.push_back((chosen, chosen.program.submit(&pool, metering)));
        }
        let Some((known, ticket)) = under_way.pop_front() else { break };
        let gave = Kept::of(&ticket.wait().map_err(io::Error::other)?);
        if gave != known.gives {
            soaked.changed.push(format!("run {done}, {}: {gave:?} in place of {:?}", known.program.name, known.gives));
        }
        if (done + 1) % runs.div_ceil(SAMPLES) == 0 {
            soaked.samples.push(Sample { runs: done + 1, resident_mib: crate::resident::mib()? });
        }
    }
    Ok(soaked)
}

impl<'a> Known<'a> {
    fn of(program: &'a Program, sandbox: &Sandbox, metering: Metering) -> Result<Self, HostError> {
        let outcome = sandbox.run(&program.job, &program.limits(metering))?;
        let milliseconds = outcome.usage.cpu.as_secs_f64() * 1e3;
        Ok(Self { program, gives: Kept::of(&outcome), weight: (SHARE / (milliseconds + 1.0)).ceil() as u64 })
    }
}

fn choose<'a, 'b>(known: &'a [Known<'b>], choice: &mut ChaCha8Rng) -> &'a Known<'b> {
    let total: u64 = known.iter().map(|known| known.weight).sum();
    let mut left = choice.next_u64() % total;
    let found = known.iter().find(|known| {
        let found = left < known.weight;
        left = left.saturating_sub(known.weight);
        found
    });
    found.expect("what is left is less than the sum of all weights")
}
