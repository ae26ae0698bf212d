//! The wall clock, read in one place. It enters provenance and ages, never a fingerprint.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Since 1970; zero on a machine whose clock stands before.
pub(super) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since 1970.
#[must_use]
pub fn milliseconds() -> u64 {
    u64::try_from(now().as_millis()).unwrap_or(u64::MAX)
}
