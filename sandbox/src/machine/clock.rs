//! The two clocks that limits are measured by. Reading them is safe within a signal.

use std::time::Duration;

use rustix::time::{ClockId, Timespec, clock_gettime};

/// The calling thread's CPU time.
pub(super) fn thread() -> Duration {
    duration(clock_gettime(ClockId::ThreadCPUTime))
}

/// The time since some moment before this process began.
pub(super) fn wall() -> Duration {
    duration(clock_gettime(ClockId::Monotonic))
}

/// As a number that can be shared between threads. It is enough for 584 years.
pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn duration(time: Timespec) -> Duration {
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
