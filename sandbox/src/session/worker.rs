//! One live interpreter at work: job after job, pristine for each.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::live::Live;
use super::run::Run;
use crate::error::HostError;
use crate::job::Job;
use crate::limits::{Budget, Limits};
use crate::machine::{Instance, Meter, Metering, Prototype};
use crate::outcome::Outcome;

/// One live interpreter at work. Must stay on a thread whose stack is larger than the interpreter's.
pub(crate) struct Worker {
    prototype: Arc<Prototype>,
    instance: Instance,
    /// Whether the instance is as good as new. Not while a job runs, nor after one that could not be cleaned up.
    pristine: bool,
}

impl Worker {
    pub(crate) fn new(prototype: Arc<Prototype>) -> Result<Self, HostError> {
        let instance = prototype.instantiate()?;
        Ok(Self { prototype, instance, pristine: true })
    }

    /// Runs a job and makes the interpreter pristine again.
    pub(crate) fn run(&mut self, job: &Job, limits: &Limits, cancelled: Arc<AtomicBool>) -> Result<Outcome, HostError> {
        let by_fuel = |budget| matches!(budget, Budget::Fuel(_));
        if self.prototype.metering == Metering::Clock && (by_fuel(limits.budget) || limits.step.is_some_and(by_fuel)) {
            return Err(HostError::Unmetered);
        }
        if !std::mem::replace(&mut self.pristine, false) {
            self.instance = self.prototype.instantiate()?;
        }
        let prototype = Arc::clone(&self.prototype);
        let _awake = prototype.watchdog.during();
        let meter = Meter::start(Arc::clone(self.instance.watch()), limits.wall, cancelled);
        self.instance.state().begin(meter, limits, job.seed, Arc::from(job.stdin.as_slice()));
        let outcome = Run::new(Live::new(self, limits), limits).carry_out(job);
        self.renew()?;
        self.pristine = true;
        outcome
    }

    /// Makes the interpreter pristine and lets the host's state of the job go on.
    pub(crate) fn renew(&mut self) -> Result<(), HostError> {
        if self.instance.restore(self.prototype.image()) {
            return Ok(());
        }
        let state = std::mem::take(self.instance.state());
        self.instance = self.prototype.instantiate()?;
        self.instance.state().go_on(state);
        Ok(())
    }

    pub(crate) fn metering(&self) -> Metering {
        self.prototype.metering
    }

    pub(crate) fn instance(&mut self) -> &mut Instance {
        &mut self.instance
    }

    /// Whether a run left nothing behind: compares the whole memory.
    pub(crate) fn is_pristine(&mut self) -> bool {
        self.instance.is_pristine(self.prototype.image())
    }
}
