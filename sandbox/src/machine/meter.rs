//! What a run has used and whether it may go on. Owns the clocks; knows nothing of fuel, which wasmtime counts.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::clock;
use super::stop::Stop;
use super::watch::Watch;

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
    watch: Arc<Watch>,
    started: Duration,
    cpu: Duration,
    slept: Duration,
    /// What `used` may reach, until the next call of `allow`.
    bound: Duration,
    wall: Duration,
    cancelled: Arc<AtomicBool>,
}

impl Meter {
    /// Starts the clocks, on the thread that will run the job, in the instance that the watch is over.
    pub(crate) fn start(watch: Arc<Watch>, wall: Duration, cancelled: Arc<AtomicBool>) -> Self {
        let (started, cpu) = (clock::wall(), clock::thread());
        watch.follow(&cancelled);
        Self { watch, started, cpu, slept: Duration::ZERO, bound: Duration::MAX, wall, cancelled }
    }

    /// Lets the job use so much more from now on, or as much as it likes.
    pub(crate) fn allow(&mut self, time: Option<Duration>) {
        self.bound = time.map_or(Duration::MAX, |time| self.used().saturating_add(time));
        self.arm();
    }

    /// The job goes on in another instance.
    pub(crate) fn go_on(&mut self, watch: Arc<Watch>) {
        watch.follow(&self.cancelled);
        self.watch = watch;
    }

    pub(crate) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }

    /// What was slept is as good as used.
    fn arm(&self) {
        let thread_bound = self.cpu.saturating_add(self.bound.saturating_sub(self.slept));
        self.watch.arm(thread_bound, self.started.saturating_add(self.wall));
    }

    pub(crate) fn sleep(&mut self, time: Duration) -> Result<(), Stop> {
        self.slept = self.slept.saturating_add(time);
        self.arm();
        self.watch.check()
    }

    /// What counts against a time limit.
    pub(crate) fn used(&self) -> Duration {
        self.cpu().saturating_add(self.slept)
    }

    pub(crate) fn cpu(&self) -> Duration {
        clock::thread().saturating_sub(self.cpu)
    }

    pub(crate) fn wall(&self) -> Duration {
        clock::wall().saturating_sub(self.started)
    }

    pub(crate) fn slept(&self) -> Duration {
        self.slept
    }
}
