//! How a process died, read as an ending of its program.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use crate::outcome::{Ending, Limit};

/// Signals by their names, as far as programs die of them. The numbers are those of every processor that is known here.
const NAMES: [(i32, &str); 12] = [
    (libc::SIGHUP, "SIGHUP"),
    (libc::SIGINT, "SIGINT"),
    (libc::SIGILL, "SIGILL: an instruction that does not exist"),
    (libc::SIGABRT, "SIGABRT: it gave up"),
    (libc::SIGBUS, "SIGBUS: memory that is not there"),
    (libc::SIGFPE, "SIGFPE"),
    (libc::SIGKILL, "SIGKILL: its conversation was cut short, or the machine has no memory left"),
    (libc::SIGSEGV, "SIGSEGV: nested too deeply in C, or damage by native code"),
    (libc::SIGPIPE, "SIGPIPE"),
    (libc::SIGALRM, "SIGALRM"),
    (libc::SIGTERM, "SIGTERM"),
    (libc::SIGTRAP, "SIGTRAP"),
];

/// A process that nobody ended but its program.
pub(super) fn ending(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(status), _) => Ending::Exited { status },
        (None, Some(libc::SIGXCPU)) => Ending::Limited(Limit::Time),
        (None, Some(signal)) => Ending::Crashed { reason: killed(signal) },
        (None, None) => Ending::Crashed { reason: "it ended in a way that has no name".to_owned() },
    }
}

fn killed(signal: i32) -> String {
    match NAMES.iter().find(|(number, _)| *number == signal) {
        Some((_, name)) => format!("killed by {name}"),
        None => format!("killed by signal {signal}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_die_are_told_apart() {
        assert_eq!(ending(ExitStatus::from_raw(3 << 8)), Ending::Exited { status: 3 });
        assert_eq!(ending(ExitStatus::from_raw(libc::SIGXCPU)), Ending::Limited(Limit::Time));
        let reason = "killed by SIGABRT: it gave up".to_owned();
        assert_eq!(ending(ExitStatus::from_raw(libc::SIGABRT)), Ending::Crashed { reason });
        let reason = "killed by signal 40".to_owned();
        assert_eq!(ending(ExitStatus::from_raw(40)), Ending::Crashed { reason });
    }
}
