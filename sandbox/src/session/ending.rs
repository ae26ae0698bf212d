//! Reads how the guest stopped as an ending of the program, or as a fault of the host.

use std::time::Duration;

use crate::error::HostError;
use crate::machine::Stop;
use crate::outcome::{Ending, Limit};

/// What is known beside the stop.
pub(super) struct Circumstances {
    /// Whether memory was asked for and refused.
    pub(super) refused: bool,
    /// Whether the C stack was nearly used up.
    pub(super) deep: bool,
    /// The wall clock's backstop.
    pub(super) wall: Duration,
}

/// A program can make the interpreter stop in any of these ways, so all are endings but for the two that only the host
/// can cause.
pub(super) fn of_stop(stop: &Stop, circumstances: &Circumstances) -> Result<Ending, HostError> {
    Ok(match stop {
        Stop::Cancelled => return Err(HostError::Cancelled),
        Stop::Overdue => return Err(HostError::Overdue { seconds: circumstances.wall.as_secs() }),
        Stop::Exit(status) => Ending::Exited { status: *status },
        // What nests ends deep down too once there is no memory left for it.
        Stop::Trap(_) | Stop::Limit(Limit::Recursion) if circumstances.refused => Ending::Limited(Limit::Memory),
        Stop::Limit(limit) => Ending::Limited(*limit),
        Stop::Trap(_) if circumstances.deep => Ending::Limited(Limit::Recursion),
        Stop::Trap(_) | Stop::Denied(_) | Stop::Broken(_) => Ending::Crashed { reason: stop.to_string() },
    })
}
