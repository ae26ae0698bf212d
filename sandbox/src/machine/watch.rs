//! Stopping an instance: the page that its code looks at in every loop, and when it is to be closed.
//!
//! The watchdog closes the page when a run could have used up its time; the code's next look is then a fault, and the
//! run's own thread, which alone knows its CPU time, decides in the signal whether the run ends there or goes on. So the
//! code pays one read a loop for every limit there is. Owns the page's protection and that decision.
#![expect(unsafe_code, reason = "protecting memory has no safe wrapper")]

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::mm::{MprotectFlags, mprotect};

use super::clock::{self, nanoseconds};
use super::stop::Stop;
use crate::outcome::Limit;

/// Time between two looks at a run's clock at least.
const LEAST: Duration = Duration::from_millis(1);

/// One instance's page, and the bounds of what it runs.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    start: usize,
    length: usize,
    /// Nanoseconds of the run's thread, and of the wall clock, that the run may reach.
    thread_bound: AtomicU64,
    wall_bound: AtomicU64,
    /// When the page is to be closed.
    close_at: AtomicU64,
    /// The flag of the job under way. No signal waits for this lock.
    asked: Mutex<Arc<AtomicBool>>,
    cancelled: AtomicBool,
    /// Why the code was stopped: one of the numbers below.
    reason: AtomicU8,
}

const NONE: u8 = 0;
const TIME: u8 = 1;
const OVERDUE: u8 = 2;
const CANCELLED: u8 = 3;

fn stop(reason: u8) -> Option<Stop> {
    match reason {
        TIME => Some(Stop::Limit(Limit::Time)),
        OVERDUE => Some(Stop::Overdue),
        CANCELLED => Some(Stop::Cancelled),
        _ => None,
    }
}

impl Watch {
    /// Watches by a page of memory that only looks read.
    pub(crate) fn new(page: &mut [u8]) -> Self {
        let start = page.as_mut_ptr().expose_provenance();
        Self { start, length: page.len(), close_at: AtomicU64::new(u64::MAX), ..Self::default() }
    }

    /// A job begins, which its caller may give up by this flag.
    pub(crate) fn follow(&self, cancelled: &Arc<AtomicBool>) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        *asked = Arc::clone(cancelled);
        // Under the lock: what the watchdog saw of the job before must not end this one.
        self.cancelled.store(false, SeqCst);
    }

    /// The code begins to run, or goes on, on this thread; until its thread's or the wall's clock shows so much.
    pub(crate) fn arm(&self, thread_bound: Duration, wall_bound: Duration) {
        self.reason.store(NONE, SeqCst);
        self.thread_bound.store(nanoseconds(thread_bound), SeqCst);
        self.wall_bound.store(nanoseconds(wall_bound), SeqCst);
        self.plan();
    }

    /// The code has stopped running.
    pub(crate) fn rest(&self) {
        self.close_at.store(u64::MAX, SeqCst);
    }

    /// Why the code was stopped, if it was.
    pub(crate) fn stopped(&self) -> Option<Stop> {
        stop(self.reason.swap(NONE, SeqCst))
    }

    /// Whether the code may go on, asked by the host between its own doings.
    pub(super) fn check(&self) -> Result<(), Stop> {
        stop(self.due()).map_or(Ok(()), Err)
    }

    /// Closes the page if it is time. Called by the watchdog, and only while the instance lives.
    pub(super) fn tick(&self, now: Duration) {
        let close_at = self.close_at.load(SeqCst);
        if close_at == u64::MAX {
            return;
        }
        let is_asked = {
            let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let is_asked = asked.load(SeqCst);
            self.cancelled.fetch_or(is_asked, SeqCst);
            is_asked
        };
        if is_asked || nanoseconds(now) >= close_at {
            self.protect(MprotectFlags::empty());
        }
    }

    /// Code met a closed page: whether it may look again. Called within the signal.
    pub(super) fn meet(&self) -> bool {
        let reason = self.due();
        self.reason.store(reason, SeqCst);
        if reason != NONE {
            return false;
        }
        // Opened first: a page that is closed again in between stays so.
        let opened = self.protect(MprotectFlags::READ);
        self.plan();
        opened
    }

    pub(super) fn contains(&self, address: usize) -> bool {
        (self.start..self.start + self.length).contains(&address)
    }

    fn due(&self) -> u8 {
        if self.cancelled.load(SeqCst) {
            CANCELLED
        } else if nanoseconds(clock::thread()) >= self.thread_bound.load(SeqCst) {
            TIME
        } else if nanoseconds(clock::wall()) >= self.wall_bound.load(SeqCst) {
            OVERDUE
        } else {
            NONE
        }
    }

    /// A thread uses no more CPU time than passes, so that nothing can be due before what is left has passed.
    fn plan(&self) {
        let left = |bound: &AtomicU64, now| bound.load(SeqCst).saturating_sub(nanoseconds(now));
        let wall = clock::wall();
        let left = left(&self.thread_bound, clock::thread()).min(left(&self.wall_bound, wall));
        let close_at = nanoseconds(wall).saturating_add(left.max(nanoseconds(LEAST)));
        self.close_at.store(close_at.min(u64::MAX - 1), SeqCst);
    }

    fn protect(&self, flags: MprotectFlags) -> bool {
        // SAFETY: the page is a memory's only one, which lives as long as its instance: the signal comes from code of
        // that instance, and the watchdog lets go of a watch before the instance goes. Nothing but looks reads it.
        unsafe { mprotect(std::ptr::with_exposed_provenance_mut(self.start), self.length, flags) }.is_ok()
    }
}
