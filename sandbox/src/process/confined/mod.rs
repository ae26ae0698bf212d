//! The walls, the server behind them, and a job's conversation with its process.
//!
//! From outside in: *files* and *calls* are the kernel's rules, a *server* is a warm Python that a thread under these
//! rules has started, a *process* is forked from it for one job, with a *channel*, *pipes* and *clocks*.

mod calls;
mod channel;
mod clocks;
mod death;
mod files;
mod forked;
mod pipes;
mod process;
mod server;
mod worker;

pub(crate) use worker::Worker;

use rustix::thread::secure_computing_mode;

use super::kernel::Kernel;

/// What this machine's kernel offers.
pub(super) fn kernel() -> Kernel {
    let counted = std::fs::read_to_string("/proc/self/schedstat");
    Kernel {
        known: calls::architecture().is_some(),
        landlock: files::are_ruled(),
        seccomp: secure_computing_mode().is_ok() && calls::are_filtered(),
        waiting: counted.is_ok_and(|counted| counted.split_whitespace().any(|number| number != "0")),
    }
}
