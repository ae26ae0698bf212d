//! A job in processes of its own, one after another: what `session` asks of an interpreter.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::fd::OwnedFd;

use super::death;
use super::pipes;
use super::process::{Process, Turn};
use super::server::{Remains, Server, Task, kernel};
use crate::error::HostError;
use crate::job::{self, Job, Trace, Traced};
use crate::limits::Limits;
use crate::machine::Allowance;
use crate::outcome::{Captured, Ending, Limit, Usage};
use crate::session::{Interpreter, Said};

/// Threads of a program at once at most. No limit of the kernel's counts those of one process alone.
const THREADS: usize = 256;

/// Seconds that the kernel's own limit lies above the one that is kept here.
const BEHIND: u64 = 2;

/// A job in processes of its own.
pub(super) struct Forked<'a> {
    server: &'a mut Server,
    limits: &'a Limits,
    output: usize,
    task: Task,
    stdin: OwnedFd,
    cancelled: Arc<AtomicBool>,
    started: Instant,
    process: Option<Process>,
    streams: [Captured; 2],
    /// What the processes before this one used.
    spent: Usage,
}

impl<'a> Forked<'a> {
    pub(super) fn new(
        server: &'a mut Server,
        job: &Job,
        limits: &'a Limits,
        cancelled: Arc<AtomicBool>,
    ) -> Result<Self, HostError> {
        // The kernel takes no number that is larger, and no machine has as much.
        let most = i64::MAX.cast_unsigned();
        let seconds = limits.budget.time().map_or(most, |time| time.as_secs()).saturating_add(BEHIND).min(most);
        let judged = matches!(&job.task, job::Task::Tests(_) | job::Task::Trace(Trace { of: Traced::Test(_), .. }));
        Ok(Self {
            server,
            limits,
            output: usize::try_from(limits.output).unwrap_or(usize::MAX),
            task: Task { memory: limits.memory.min(most), seconds, judged },
            stdin: pipes::input(&job.stdin).map_err(kernel("a file in memory"))?,
            cancelled,
            started: Instant::now(),
            process: None,
            streams: Default::default(),
            spent: Usage::default(),
        })
    }

    /// Waits for the answer of a process that was asked, within a bound on what the job uses.
    fn hear(&mut self, process: &mut Process, bound: Duration) -> Result<Heard, HostError> {
        loop {
            let left = bound.saturating_sub(self.used(process));
            let turn = process.turn(left, &mut self.streams, self.output)?;
            if self.streams[0].cut {
                return Ok(Heard::Over(Limit::Output));
            }
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(HostError::Cancelled);
            }
            match turn {
                // What it used is known by now to the last instruction.
                Turn::Answer(_) if self.used(process) > bound => return Ok(Heard::Over(Limit::Time)),
                Turn::Answer(answer) => return Ok(Heard::Answer(answer)),
                Turn::Gone => return Ok(Heard::Gone),
                Turn::Working(state) if state.threads > THREADS => return Ok(Heard::Crowded),
                Turn::Working(_) if self.used(process) > bound => return Ok(Heard::Over(Limit::Time)),
                Turn::Working(_) | Turn::Nothing => {}
            }
            if self.started.elapsed() > self.limits.wall {
                return Err(HostError::Overdue { seconds: self.limits.wall.as_secs() });
            }
        }
    }

    /// Ends the process and takes what is left of it.
    fn end(&mut self, process: Process) -> Result<(), HostError> {
        let remains = self.server.end()?;
        self.take(process, &remains)
    }

    /// How a process has ended that hung up.
    fn ending(&mut self, process: Process) -> Result<Ending, HostError> {
        let remains = self.server.part()?;
        self.take(process, &remains)?;
        death::ending(&remains, Duration::from_secs(self.task.seconds))
    }

    fn take(&mut self, mut process: Process, remains: &Remains) -> Result<(), HostError> {
        process.drain(&mut self.streams, self.output)?;
        self.spent.cpu += remains.cpu;
        self.spent.slept += process.clocks().slept();
        self.spent.memory = self.spent.memory.max(remains.memory);
        Ok(())
    }

    fn used(&self, process: &Process) -> Duration {
        let clocks = process.clocks();
        self.spent.time() + clocks.cpu().unwrap_or_default() + clocks.slept()
    }
}

/// What came of waiting for an answer.
enum Heard {
    Answer(Vec<u8>),
    Gone,
    Over(Limit),
    Crowded,
}

impl Interpreter for &mut Forked<'_> {
    fn ask(&mut self, step: &[u8], allowance: Allowance) -> Result<Said, HostError> {
        let bound = allowance.time.map_or(Duration::MAX, |time| Interpreter::usage(self).time().saturating_add(time));
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::fork(self.server, &self.task, &self.stdin)?,
        };
        let heard = process.ask(step).and_then(|()| self.hear(&mut process, bound));
        let ending = match heard {
            Ok(Heard::Answer(answer)) => {
                self.spent.memory = self.spent.memory.max(process.clocks().memory().unwrap_or_default());
                self.process = Some(process);
                return Ok(Said::Answer(answer));
            }
            Ok(Heard::Gone) => self.ending(process)?,
            Ok(Heard::Over(limit)) => self.end(process).map(|()| Ending::Limited(limit))?,
            Ok(Heard::Crowded) => {
                self.end(process)?;
                Ending::Crashed { reason: format!("it ran more than {THREADS} threads at once") }
            }
            Err(error) => {
                // The fault that came first is told.
                drop(self.end(process));
                return Err(error);
            }
        };
        // What it wrote at last may be too much.
        Ok(Said::Ended(if self.streams[0].cut { Ending::Limited(Limit::Output) } else { ending }))
    }

    fn renew(&mut self) -> Result<(), HostError> {
        // The next is forked when it is asked. One that gave nonsense for an answer is there still.
        self.process.take().map_or(Ok(()), |process| self.end(process))
    }

    fn usage(&mut self) -> Usage {
        let clocks = self.process.as_ref().map(Process::clocks);
        Usage {
            cpu: self.spent.cpu + clocks.and_then(|clocks| clocks.cpu().ok()).unwrap_or_default(),
            slept: self.spent.slept + clocks.map(|clocks| clocks.slept()).unwrap_or_default(),
            wall: self.started.elapsed(),
            ..self.spent
        }
    }

    fn take_streams(&mut self) -> [Captured; 2] {
        std::mem::take(&mut self.streams)
    }
}

impl Drop for Forked<'_> {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            // A server that cannot end it is lost, knows so, and is ended with what it forked.
            drop(self.end(process));
        }
    }
}
