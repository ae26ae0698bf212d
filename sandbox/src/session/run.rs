//! One job under way: its steps one after another, each within what is left of the job's budget.

use std::time::Duration;

use super::ending::{self, Circumstances};
use super::frame::{Answer, Program, Step};
use super::worker::Worker;
use crate::error::HostError;
use crate::job::{AfterFailure, Job, Task};
use crate::limits::{Budget, Limits};
use crate::machine::{Allowance, Metering, Stop};
use crate::outcome::{Ending, Limit, Outcome, Reply, Usage};

/// One job under way.
pub(super) struct Run<'a> {
    worker: &'a mut Worker,
    limits: &'a Limits,
    fuel: u64,
    peak: u64,
}

/// What one exchange with the guest gave.
struct Exchange {
    reply: Reply,
    /// Whether the guest can be asked again.
    alive: bool,
}

impl<'a> Run<'a> {
    pub(super) fn new(worker: &'a mut Worker, limits: &'a Limits) -> Self {
        Self { worker, limits, fuel: 0, peak: 0 }
    }

    pub(super) fn carry_out(mut self, job: &Job) -> Result<Outcome, HostError> {
        let program = Program::of(job, self.limits);
        match &job.task {
            Task::Script => self.only(&Step::Script(program)),
            Task::Trace(options) => self.only(&Step::Trace { program, options }),
            Task::Metrics => self.only(&Step::Metrics { source: &job.source }),
            Task::Calls(calls) => self.all(job, calls.iter().map(Step::Call).collect()),
            Task::Tests(tests) => self.all(job, tests.iter().map(|source| Step::Test { source }).collect()),
        }
    }

    /// A job of one step.
    fn only(&mut self, step: &Step<'_>) -> Result<Outcome, HostError> {
        let exchange = self.exchange(step, None)?;
        Ok(self.outcome(exchange.reply.ending, Vec::new(), exchange.reply.value))
    }

    /// A job of many steps. A step that the interpreter does not survive costs a new one, and the program is loaded
    /// into it again, so that the steps after it have a reply of their own.
    fn all(&mut self, job: &Job, steps: Vec<Step<'_>>) -> Result<Outcome, HostError> {
        let load = Step::Load(Program::of(job, self.limits));
        let mut replies = Vec::with_capacity(steps.len());
        let mut loaded = false;
        for step in steps {
            if !loaded {
                let exchange = self.exchange(&load, None)?;
                if exchange.reply.ending != Ending::Finished {
                    return Ok(self.outcome(exchange.reply.ending, replies, None));
                }
            }
            let Exchange { reply, alive } = self.exchange(&step, self.limits.step)?;
            if let Some(limit) = self.exhausted() {
                replies.push(reply);
                return Ok(self.outcome(Ending::Limited(limit), replies, None));
            }
            let failed = reply.ending != Ending::Finished;
            replies.push(reply);
            if failed && job.after_failure == AfterFailure::Stop {
                break;
            }
            loaded = alive;
            if !alive {
                self.worker.renew()?;
            }
        }
        Ok(self.outcome(Ending::Finished, replies, None))
    }

    fn exchange(&mut self, step: &Step<'_>, bound: Option<Budget>) -> Result<Exchange, HostError> {
        let allowance = self.allowance(bound);
        let before = self.usage();
        let (answer, fuel) = self.worker.instance().call(&step.bytes(), allowance);
        self.fuel += fuel.unwrap_or_default();
        self.peak = self.peak.max(self.worker.instance().memory_size());
        let usage = self.usage().since(&before);
        let (ending, value, alive) = match answer {
            Ok(bytes) => match Answer::read(&bytes) {
                Ok(answer) => (answer.ending, answer.value, true),
                Err(error) => (Ending::Crashed { reason: format!("its answer cannot be read: {error}") }, None, false),
            },
            Err(stop) => (self.ending(&stop)?, None, false),
        };
        Ok(Exchange { reply: Reply { ending, value, usage }, alive })
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

    /// What the next step may use: what is left of the job's budget, or less.
    fn allowance(&mut self, bound: Option<Budget>) -> Allowance {
        let time = self.time_left().into_iter().chain(bound.and_then(Budget::time)).min();
        let fuel = self.fuel_left().into_iter().chain(bound.and_then(Budget::fuel)).min();
        let metered = self.worker.metering() == Metering::Fuel;
        Allowance { time, fuel: metered.then(|| fuel.unwrap_or(u64::MAX)) }
    }

    /// Which limit of the whole job is used up.
    fn exhausted(&mut self) -> Option<Limit> {
        let time = self.time_left().filter(Duration::is_zero).map(|_| Limit::Time);
        time.or(self.fuel_left().filter(|fuel| *fuel == 0).map(|_| Limit::Fuel))
    }

    fn time_left(&mut self) -> Option<Duration> {
        let used = self.worker.instance().state().meter.used();
        self.limits.budget.time().map(|time| time.saturating_sub(used))
    }

    fn fuel_left(&self) -> Option<u64> {
        self.limits.budget.fuel().map(|fuel| fuel.saturating_sub(self.fuel))
    }

    fn usage(&mut self) -> Usage {
        let fuel = (self.worker.metering() == Metering::Fuel).then_some(self.fuel);
        let memory = self.peak;
        let meter = &self.worker.instance().state().meter;
        Usage { cpu: meter.cpu(), wall: meter.wall(), slept: meter.slept(), fuel, memory }
    }

    fn outcome(&mut self, ending: Ending, replies: Vec<Reply>, report: Option<serde_json::Value>) -> Outcome {
        let usage = self.usage();
        let state = self.worker.instance().state();
        let (stdout, stderr) = (std::mem::take(&mut state.stdout), std::mem::take(&mut state.stderr));
        Outcome { ending, replies, report, stdout: stdout.captured, stderr: stderr.captured, usage }
    }
}
