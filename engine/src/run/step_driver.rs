//! Drives a step operator: steps until the last, saves on the way, resumes from the newest save.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use super::emitter::{NodeEmitter, Progress};
use super::halt::Halt;
use super::prolonged::Prolonged;
use super::save::{Reached, Saves};
use super::sink::Sink;
use crate::cache::{self, Unfinished};
use crate::operator::{self, AnyStep, Context, Fault, Inputs, Outputs, StepWorker};
use crate::port::PortType;
use crate::row::{Base, Emission, Emit, assemble};

/// Rows that wait for a save, at most: then one is due whatever the time.
const MOST_WAITING: usize = 65_536;

/// Where saves lie in an unfinished entry. Starts with a dot, as no port's name can.
const SAVES: &str = ".saves";

/// What a step operator works with.
pub(super) struct StepJob {
    pub(super) operator: Arc<dyn AnyStep>,
    pub(super) inputs: Inputs,
    pub(super) context: Context,
    /// The output ports in the operator's order, and their names alone.
    pub(super) ports: Vec<(&'static str, PortType)>,
    pub(super) names: Vec<&'static str>,
    pub(super) unfinished: Unfinished,
    /// Where longer runs go on from, if there can be any.
    pub(super) prolonged: Option<Prolonged>,
    pub(super) save_every: Duration,
    pub(super) events: NodeEmitter,
}

/// A state before its next step, and the saves that it came from.
pub(super) struct Started {
    worker: Box<dyn StepWorker>,
    saves: Saves,
}

/// A step operator at work.
struct Stepping<'a> {
    job: &'a StepJob,
    worker: Box<dyn StepWorker>,
    saves: Saves,
    reached: Reached,
    waiting: Vec<Emission>,
    saved: Instant,
}

impl Started {
    /// Steps done in earlier runs.
    pub(super) fn steps(&self) -> u64 {
        self.saves.reached().steps
    }
}

impl StepJob {
    /// The state before the first step, or that of the newest save. Blocks.
    pub(super) fn start(&self) -> Result<Started, Fault> {
        let folder = self.unfinished.folder().join(SAVES);
        if let Some(prolonged) = &self.prolonged {
            prolonged.take(&folder, self.operator.steps())?;
        }
        let saves = Saves::open(&folder)?;
        let mut worker = self.operator.start(&self.inputs, &self.context)?;
        if let Some(state) = saves.state() {
            worker.restore(&state)?;
        }
        Ok(Started { worker, saves })
    }

    /// Works until the result is written: rows by port, and how many steps it took. Blocks.
    pub(super) fn run(&self, started: Started) -> Result<(BTreeMap<&'static str, u64>, u64), Halt> {
        let Started { worker, saves } = started;
        let (resumed, reached) = (saves.reached().steps, saves.reached());
        let stepping = Stepping { job: self, worker, saves, reached, waiting: Vec::new(), saved: Instant::now() };
        let stepped = stepping.steps()?;
        let steps = stepped.reached.steps - resumed;
        Ok((stepped.finish()?, steps))
    }
}

impl Stepping<'_> {
    fn steps(mut self) -> Result<Self, Halt> {
        while !self.reached.done {
            if self.job.context.cancellation().is_cancelled() {
                self.save()?;
                return Err(Halt::Interrupted);
            }
            if let Err(fault) = self.step() {
                // The state is that before the step: what led there need not be done again. Where it cannot be saved, the
                // last save stands, and the fault is what is to be told.
                let _unsaved = self.save();
                return Err(fault.into());
            }
            if self.reached.done || self.saved.elapsed() >= self.job.save_every || self.waiting.len() >= MOST_WAITING {
                self.save()?;
            }
            let (done, of) = (self.reached.steps, self.job.operator.steps());
            self.job.events.progress(|| Progress { done, of, ..Progress::default() });
        }
        Ok(self)
    }

    fn step(&mut self) -> Result<(), Fault> {
        let mut emit = Emit::new(&self.job.names);
        let progress = self.worker.step(&self.job.context, &mut emit)?;
        let emissions = emit.into_emissions();
        if emissions.iter().any(|emission| emission.base == Base::Input) {
            return Err(Fault::node("a step has no input row to keep; it gives rows of its own with `push_row`"));
        }
        self.waiting.extend(emissions);
        self.reached.steps += 1;
        self.reached.done = progress == operator::Progress::Done;
        Ok(())
    }

    fn save(&mut self) -> Result<(), Fault> {
        self.saved = Instant::now();
        if self.saves.reached() == self.reached {
            return Ok(());
        }
        let rows = self.waiting_rows()?;
        let worker = &self.worker;
        self.saves.commit(self.reached, &rows, |folder| worker.save(folder))?;
        self.waiting.clear();
        let progress = cache::Progress { done: self.reached.steps, of: self.job.operator.steps() };
        Ok(self.job.unfinished.note_progress(progress)?)
    }

    fn waiting_rows(&self) -> Result<Vec<(&'static str, RecordBatch)>, Fault> {
        let nothing = RecordBatch::new_empty(Schema::empty().into());
        let mut rows = Vec::new();
        for (index, (port, port_type)) in self.job.ports.iter().enumerate() {
            let Some(schema) = port_type.schema() else { continue };
            let own = self.waiting.iter().filter(|emission| usize::from(emission.port) == index);
            let numbered: Vec<_> = own.map(|emission| (0, emission)).collect();
            let batch = assemble(schema, &nothing, &numbered);
            rows.push((*port, batch.map_err(|error| Fault::node(format!("output `{port}`: {error}")))?));
        }
        Ok(rows)
    }

    /// Writes all rows again in parts whose bounds do not depend on when it was saved, then the operator's result.
    fn finish(self) -> Result<BTreeMap<&'static str, u64>, Fault> {
        let mut sink = Sink::new(&self.job.unfinished, &self.job.ports);
        let mut outputs = Outputs::new(&mut sink);
        for (port, port_type) in &self.job.ports {
            let Some(schema) = port_type.schema() else { continue };
            for batch in self.saves.rows(port, schema).batches() {
                outputs.write(port, &batch?)?;
            }
        }
        self.worker.finish(&self.job.context, &mut outputs)?;
        let rows = sink.finish()?;
        if let Some(prolonged) = &self.job.prolonged {
            prolonged.leave(&self.saves)?;
        }
        Ok(rows)
    }
}
