//! What a run has used and whether it may go on. Owns the clocks; knows nothing of fuel, which wasmtime counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::stop::Stop;
use crate::outcome::Limit;

/// What a run or one of its steps may still use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    /// CPU time and sleep; without a bound where fuel is the measure.
    pub(crate) time: Option<Duration>,
    /// Fuel, where it is metered.
    pub(crate) fuel: Option<u64>,
}

/// The clocks of one job.
#[derive(Debug)]
pub(crate) struct Meter {
    started: Instant,
    cpu: Duration,
    slept: Duration,
    /// What `used` may reach, until the next call of `allow`.
    bound: Duration,
    wall: Duration,
    cancelled: Arc<AtomicBool>,
}

impl Meter {
    /// Starts the clocks, on the thread that will run the job.
    pub(crate) fn start(wall: Duration, cancelled: Arc<AtomicBool>) -> Self {
        let (started, cpu) = (Instant::now(), thread_time());
        Self { started, cpu, slept: Duration::ZERO, bound: Duration::MAX, wall, cancelled }
    }

    /// Lets the job use so much more from now on, or as much as it likes.
    pub(crate) fn allow(&mut self, time: Option<Duration>) {
        self.bound = time.map_or(Duration::MAX, |time| self.used().saturating_add(time));
    }

    /// Called at every tick and after every sleep.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Stop::Cancelled);
        }
        if self.bound != Duration::MAX && self.used() > self.bound {
            return Err(Stop::Limit(Limit::Time));
        }
        if self.wall() > self.wall { Err(Stop::Overdue) } else { Ok(()) }
    }

    pub(crate) fn sleep(&mut self, time: Duration) -> Result<(), Stop> {
        self.slept = self.slept.saturating_add(time);
        self.check()
    }

    /// What counts against a time limit.
    pub(crate) fn used(&self) -> Duration {
        self.cpu().saturating_add(self.slept)
    }

    pub(crate) fn cpu(&self) -> Duration {
        thread_time().saturating_sub(self.cpu)
    }

    pub(crate) fn wall(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn slept(&self) -> Duration {
        self.slept
    }
}

/// The calling thread's CPU time.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
