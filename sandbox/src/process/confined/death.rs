//! How a process died, read as an ending of its program, or as a fault of the machine.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use super::server::Remains;
use crate::error::HostError;
use crate::outcome::{Ending, Limit};

/// Signals by their names, as far as programs die of them. The numbers are those of every processor that is known here.
const NAMES: [(i32, &str); 12] = [
    (libc::SIGHUP, "SIGHUP"),
    (libc::SIGINT, "SIGINT"),
    (libc::SIGILL, "SIGILL: an instruction that does not exist"),
    (libc::SIGABRT, "SIGABRT: it gave up"),
    (libc::SIGBUS, "SIGBUS: memory that is not there"),
    (libc::SIGFPE, "SIGFPE"),
    (libc::SIGKILL, "SIGKILL: it cut its conversation short"),
    (libc::SIGSEGV, "SIGSEGV: nested too deeply in C, or damage by native code"),
    (libc::SIGPIPE, "SIGPIPE"),
    (libc::SIGALRM, "SIGALRM"),
    (libc::SIGTERM, "SIGTERM"),
    (libc::SIGTRAP, "SIGTRAP"),
];

/// A process that hung up, and may use so much time before the kernel itself ends it.
pub(super) fn ending(remains: &Remains, most: Duration) -> Result<Ending, HostError> {
    Ok(match (remains.status.code(), remains.status.signal()) {
        (Some(status), _) => Ending::Exited { status },
        (None, Some(libc::SIGXCPU)) => Ending::Limited(Limit::Time),
        // What a program can ignore is followed by what it cannot.
        (None, Some(libc::SIGKILL)) if remains.cpu >= most => Ending::Limited(Limit::Time),
        // It may send itself every signal but this one.
        (None, Some(libc::SIGKILL)) if !remains.lingered => return Err(HostError::Killed),
        (None, Some(signal)) => Ending::Crashed { reason: killed(signal) },
        (None, None) => Ending::Crashed { reason: "it ended in a way that has no name".to_owned() },
    })
}

fn killed(signal: i32) -> String {
    match NAMES.iter().find(|(number, _)| *number == signal) {
        Some((_, name)) => format!("killed by {name}"),
        None => format!("killed by signal {signal}"),
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn ways_to_die_are_told_apart() {
        let died = |status, seconds, lingered| {
            let (status, cpu) = (ExitStatus::from_raw(status), Duration::from_secs(seconds));
            ending(&Remains { status, cpu, memory: 0, lingered }, Duration::from_secs(10))
        };
        let crashed = |reason: &str| Ok(Ending::Crashed { reason: reason.to_owned() });
        assert_eq!(died(3 << 8, 1, false), Ok(Ending::Exited { status: 3 }));
        assert_eq!(died(libc::SIGXCPU, 1, false), Ok(Ending::Limited(Limit::Time)));
        assert_eq!(died(libc::SIGABRT, 1, false), crashed("killed by SIGABRT: it gave up"));
        assert_eq!(died(40, 1, false), crashed("killed by signal 40"));
        assert_eq!(died(libc::SIGKILL, 1, false), Err(HostError::Killed));
        assert_eq!(died(libc::SIGKILL, 10, false), Ok(Ending::Limited(Limit::Time)));
        assert_eq!(died(libc::SIGKILL, 1, true), crashed("killed by SIGKILL: it cut its conversation short"));
    }
}
