//! One job under way: its steps one after another, each within what is left of the job's budget.

use std::time::Duration;

use serde_json::Value;

use super::frame::{Answer, Program, Step};
use super::interpreter::{Interpreter, Said};
use crate::error::HostError;
use crate::job::{AfterFailure, Job, Task, Trace, Traced};
use crate::limits::{Budget, Limits};
use crate::machine::Allowance;
use crate::outcome::{Ending, Limit, Outcome, Reply, Usage};

/// One job under way.
pub(crate) struct Run<'a, I> {
    interpreter: I,
    limits: &'a Limits,
}

/// What one exchange with the guest gave.
struct Exchange {
    reply: Reply,
    report: Option<Value>,
    /// Whether the guest can be asked again.
    alive: bool,
}

impl<'a, I: Interpreter> Run<'a, I> {
    pub(crate) fn new(interpreter: I, limits: &'a Limits) -> Self {
        Self { interpreter, limits }
    }

    pub(crate) fn carry_out(mut self, job: &Job) -> Result<Outcome, HostError> {
        let program = Program::of(job, self.limits);
        match &job.task {
            Task::Script => self.only(&Step::Script(program)),
            Task::Metrics => self.only(&Step::Metrics { source: &job.source }),
            Task::Calls(calls) => self.all(job, calls.iter().map(Step::Call).collect()),
            Task::Tests(tests) => self.all(job, tests.iter().map(|source| Step::Test { source }).collect()),
            Task::Trace(Trace { of: Traced::Script, options: trace }) => self.only(&Step::Trace { program, trace }),
            Task::Trace(Trace { of: Traced::Call(call), options: trace }) => {
                self.all(job, vec![Step::TraceCall { call, trace }])
            }
            Task::Trace(Trace { of: Traced::Test(source), options: trace }) => {
                self.all(job, vec![Step::TraceTest { source, trace }])
            }
        }
    }

    /// A job of one step.
    fn only(&mut self, step: &Step<'_>) -> Result<Outcome, HostError> {
        let Exchange { reply, report, .. } = self.exchange(step, None)?;
        let mut outcome = self.outcome(reply.ending, Vec::new(), report);
        outcome.usage.heap = reply.usage.heap;
        Ok(outcome)
    }

    /// A job of many steps. A step that the interpreter does not survive costs a new one, and the program is loaded
    /// into it again, so that the steps after it have a reply of their own.
    fn all(&mut self, job: &Job, steps: Vec<Step<'_>>) -> Result<Outcome, HostError> {
        let load = Step::Load(Program::of(job, self.limits));
        let mut replies = Vec::with_capacity(steps.len());
        let (mut loaded, mut found) = (false, None);
        for step in steps {
            if !loaded {
                // As long as a step and no longer: a program that does not load would use up what all steps may.
                let exchange = self.exchange(&load, self.limits.step)?;
                if exchange.reply.ending != Ending::Finished {
                    return Ok(self.outcome(exchange.reply.ending, replies, None));
                }
            }
            let Exchange { reply, report, alive } = self.exchange(&step, self.limits.step)?;
            found = report;
            if let Some(limit) = self.exhausted() {
                replies.push(reply);
                return Ok(self.outcome(Ending::Limited(limit), replies, found));
            }
            let failed = reply.ending != Ending::Finished;
            replies.push(reply);
            if failed && job.after_failure == AfterFailure::Stop {
                break;
            }
            loaded = alive;
            if !alive {
                self.interpreter.renew()?;
            }
        }
        Ok(self.outcome(Ending::Finished, replies, found))
    }

    fn exchange(&mut self, step: &Step<'_>, bound: Option<Budget>) -> Result<Exchange, HostError> {
        let allowance = self.allowance(bound);
        let before = self.interpreter.usage();
        let said = self.interpreter.ask(&step.bytes(), allowance)?;
        let usage = self.interpreter.usage().since(&before);
        let (answer, alive) = match said {
            Said::Answer(bytes) => match Answer::read(&bytes) {
                Ok(answer) => (answer, true),
                Err(error) => {
                    (Answer::none(Ending::Crashed { reason: format!("its answer cannot be read: {error}") }), false)
                }
            },
            Said::Ended(ending) => (Answer::none(ending), false),
        };
        let Answer { ending, value, report, heap } = answer;
        Ok(Exchange { reply: Reply { ending, value, usage: Usage { heap, ..usage } }, report, alive })
    }

    /// What the next step may use: what is left of the job's budget, or less.
    fn allowance(&mut self, bound: Option<Budget>) -> Allowance {
        let time = self.time_left().into_iter().chain(bound.and_then(Budget::time)).min();
        let fuel = self.fuel_left().into_iter().chain(bound.and_then(Budget::fuel)).min();
        Allowance { time, fuel }
    }

    /// Which limit of the whole job is used up.
    fn exhausted(&mut self) -> Option<Limit> {
        let time = self.time_left().filter(Duration::is_zero).map(|_| Limit::Time);
        time.or(self.fuel_left().filter(|fuel| *fuel == 0).map(|_| Limit::Fuel))
    }

    fn time_left(&mut self) -> Option<Duration> {
        let used = self.interpreter.usage().time();
        self.limits.budget.time().map(|time| time.saturating_sub(used))
    }

    fn fuel_left(&mut self) -> Option<u64> {
        let used = self.interpreter.usage().fuel.unwrap_or_default();
        self.limits.budget.fuel().map(|fuel| fuel.saturating_sub(used))
    }

    fn outcome(&mut self, ending: Ending, replies: Vec<Reply>, report: Option<Value>) -> Outcome {
        let usage = self.interpreter.usage();
        let [stdout, stderr] = self.interpreter.take_streams();
        Outcome { ending, replies, report, stdout, stderr, usage }
    }
}
