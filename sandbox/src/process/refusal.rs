//! Why native processes cannot be used here, and what to do about it.

use std::path::PathBuf;

use crate::error::HostError;

/// Why native processes cannot be used here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another operating system, or a processor whose system calls nobody has listed.
    #[error(
        "a native process needs the walls of a Linux kernel for x86-64, arm64 or riscv64 around it; this is {system} \
         for {processor}"
    )]
    System {
        /// The operating system.
        system: &'static str,
        /// The processor.
        processor: &'static str,
    },
    /// No rules for files.
    #[error(
        "the kernel has no Landlock, without which a program could read every file of yours: use Linux 5.13 or later \
         with `landlock` among the modules of the boot parameter `lsm=`, and a container whose seccomp profile allows \
         its system calls"
    )]
    Landlock,
    /// No filter of system calls.
    #[error(
        "the kernel filters no system calls, without which a program could reach the network and other processes: use \
         a kernel with CONFIG_SECCOMP_FILTER"
    )]
    Seccomp,
    /// No telling of sleep from waiting for a processor.
    #[error(
        "a sleeping program cannot be told from a busy machine, because the kernel does not say how long a process \
         waits for a processor: use a kernel with CONFIG_SCHED_INFO, and a /proc that hides no process of yours"
    )]
    Waiting,
    /// No Python.
    #[error("`{}` is no Python that can be started: {reason}", python.display())]
    Python {
        /// As the caller named it.
        python: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// Another implementation.
    #[error("`{}` is {implementation}, where CPython is needed", python.display())]
    Implementation {
        /// The interpreter.
        python: PathBuf,
        /// What it says that it is.
        implementation: String,
    },
    /// Before the oldest that the guest runs on.
    #[error("`{}` is Python {version}, where {oldest} or later is needed", python.display())]
    Old {
        /// The interpreter.
        python: PathBuf,
        /// Its version.
        version: String,
        /// What is needed.
        oldest: &'static str,
    },
    /// No way to speak to the kernel.
    #[error(
        "`{}` has no module `ctypes`, by which a process builds its walls; some systems have it in a package of its own",
        python.display()
    )]
    Ctypes {
        /// The interpreter.
        python: PathBuf,
    },
    /// A wall that has a hole.
    #[error("a program inside its walls still reaches {what}; the kernel, or what it runs in, does not keep its word")]
    Leak {
        /// What it reached.
        what: String,
    },
    /// Anything else.
    #[error(transparent)]
    Host(#[from] HostError),
}
