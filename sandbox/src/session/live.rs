//! A live instance at work on one job: the machine's side of the conversation.

use super::ending::{self, Circumstances};
use super::interpreter::{Interpreter, Said};
use super::worker::Worker;
use crate::error::HostError;
use crate::limits::Limits;
use crate::machine::{Allowance, Metering, Stop};
use crate::outcome::{Captured, Ending, Usage};

/// A live instance at work on one job.
pub(super) struct Live<'a> {
    worker: &'a mut Worker,
    limits: &'a Limits,
    fuel: u64,
    peak: u64,
}

impl<'a> Live<'a> {
    pub(super) fn new(worker: &'a mut Worker, limits: &'a Limits) -> Self {
        Self { worker, limits, fuel: 0, peak: 0 }
    }

    fn is_metered(&self) -> bool {
        self.worker.metering() == Metering::Fuel
    }

    fn ending(&mut self, stop: &Stop) -> Result<Ending, HostError> {
        let instance = self.worker.instance();
        let circumstances = Circumstances {
            refused: instance.state().ceiling.refused,
            deep: instance.is_deep(),
            wall: self.limits.wall,
        };
        ending::of_stop(stop, &circumstances)
    }
}

impl Interpreter for Live<'_> {
    fn ask(&mut self, step: &[u8], allowance: Allowance) -> Result<Said, HostError> {
        let fuel = self.is_metered().then(|| allowance.fuel.unwrap_or(u64::MAX));
        let (answer, fuel) = self.worker.instance().call(step, Allowance { fuel, ..allowance });
        self.fuel += fuel.unwrap_or_default();
        self.peak = self.peak.max(self.worker.instance().memory_size());
        match answer {
            Ok(bytes) => Ok(Said::Answer(bytes)),
            Err(stop) => self.ending(&stop).map(Said::Ended),
        }
    }

    fn renew(&mut self) -> Result<(), HostError> {
        self.worker.renew()
    }

    fn usage(&mut self) -> Usage {
        let fuel = self.is_metered().then_some(self.fuel);
        let memory = self.peak;
        let meter = &self.worker.instance().state().meter;
        Usage { cpu: meter.cpu(), wall: meter.wall(), slept: meter.slept(), fuel, memory, heap: None }
    }

    fn take_streams(&mut self) -> [Captured; 2] {
        let state = self.worker.instance().state();
        [&mut state.stdout, &mut state.stderr].map(|stream| std::mem::take(stream).captured)
    }
}
