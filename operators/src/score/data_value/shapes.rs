//! The shapes of programs, read by Python's own parser in the sandbox.
//!
//! Owns which programs have the same shape. Runs none of them.

use engine::operator::{Context, Fault};
use indexmap::IndexSet;
use sandbox::{Budget, Call, Ending, Job, Limits, Metering, Reply};

use crate::python::interpreter;

/// The Python that reads them.
const READER: &str = include_str!("shapes.py");

/// Programs in a job: many share what an interpreter takes to start, few leave a job for every core.
const PROGRAMS: usize = 32;

/// What the parser may use for a program. Fuel, so that a shape never depends on the machine.
const FUEL: u64 = 20_000_000_000;

/// A program by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ProgramId(usize);

/// Different programs.
#[derive(Default)]
pub(super) struct ProgramTexts(IndexSet<String>);

/// The shapes of all programs; nothing for what is no Python.
pub(super) struct Shapes(Vec<Option<blake3::Hash>>);

impl ProgramTexts {
    /// Adds a program, unless it is there.
    pub(super) fn add(&mut self, program: String) -> ProgramId {
        ProgramId(self.0.insert_full(program).0)
    }

    /// Has all of them read.
    pub(super) fn shapes(&self, context: &Context) -> Result<Shapes, Fault> {
        let mut shapes = Vec::with_capacity(self.0.len());
        if self.0.is_empty() {
            return Ok(Shapes(shapes));
        }
        let pool = interpreter::pool(context, Metering::Fuel)?;
        let programs: Vec<&String> = self.0.iter().collect();
        let budget = Budget::Fuel(FUEL * (PROGRAMS as u64 + 1));
        let limits = Limits { budget, step: Some(Budget::Fuel(FUEL)), ..Limits::default() };
        let jobs = programs.chunks(PROGRAMS).map(job);
        for (outcome, number) in pool.run_all(jobs, limits).zip(1..) {
            context.check_cancelled()?;
            let outcome = outcome.map_err(|error| interpreter::fault(&error))?;
            shapes.extend(outcome.replies.iter().map(shape));
            // Where the job broke off there is no shape.
            let read = (number * PROGRAMS).min(programs.len());
            shapes.resize(read, None);
            context.progress(read as u64, Some(programs.len() as u64));
        }
        Ok(Shapes(shapes))
    }
}

impl Shapes {
    /// How many different shapes there are for each of these programs that is Python; nothing where none is.
    pub(super) fn diversity(&self, programs: &[ProgramId]) -> Option<f64> {
        let shapes: Vec<&blake3::Hash> = programs.iter().filter_map(|program| self.0[program.0].as_ref()).collect();
        let different: IndexSet<&[u8; 32]> = shapes.iter().map(|shape| shape.as_bytes()).collect();
        (!shapes.is_empty()).then(|| different.len() as f64 / shapes.len() as f64)
    }
}

fn job(programs: &[&String]) -> Job {
    let call = |program: &&String| Call { function: "shape".to_owned(), arguments: vec![program.as_str().into()] };
    Job::calls(READER, programs.iter().map(call).collect())
}

fn shape(reply: &Reply) -> Option<blake3::Hash> {
    let text = reply.value.as_ref().filter(|_| reply.ending == Ending::Finished)?.as_str()?;
    Some(blake3::hash(text.as_bytes()))
}
