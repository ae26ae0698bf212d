//! What can go wrong with the host. Owns the faults that are never a verdict about a program.

/// A fault of the machine, of the interpreter's files, or of the caller. The job can be tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The platform cannot run WebAssembly as it is configured.
    #[error("failed to configure wasmtime on this platform: {0}")]
    Engine(String),
    /// The interpreter's module did not compile.
    #[error("failed to compile the interpreter: {0}; prepare it again")]
    Compile(String),
    /// The compiled interpreter is not this program's.
    #[error(
        "failed to load the compiled interpreter: {0}; it was made by another version or machine, compile it again"
    )]
    Load(String),
    /// The module is no interpreter.
    #[error("the interpreter's module has no {0}; prepare it again")]
    Export(&'static str),
    /// No instance could be made.
    #[error("failed to start an interpreter: {0}")]
    Instantiate(String),
    /// Fuel was asked of a sandbox that does not meter it.
    #[error("the job is limited by fuel, but this sandbox meters time; open it with `Metering::Fuel`")]
    Unmetered,
    /// Fuel was asked of a native process.
    #[error("the job is limited by fuel, but native processes count none; limit it by time")]
    NoFuel,
    /// The wall clock's backstop was reached.
    #[error(
        "the run took {seconds} s of wall time, though it may still compute; the machine is too busy, try it again"
    )]
    Overdue {
        /// The backstop.
        seconds: u64,
    },
    /// A process was killed, and neither by this program nor by its own.
    #[error(
        "the machine killed a program's process, as it does when its memory is full; run fewer at once, or allow each less"
    )]
    Killed,
    /// The caller gave up on the job.
    #[error("the run was cancelled")]
    Cancelled,
    /// A fault of the sandbox's own code.
    #[error("the sandbox panicked; the panic's message is on stderr, please report it")]
    Panicked,
    /// The pool was closed before the job's turn.
    #[error("the sandbox was closed before the run finished")]
    Closed,
    /// The kernel did not give a thread or its clock.
    #[error("the kernel refused {what}: {reason}")]
    Kernel {
        /// What was asked of it.
        what: &'static str,
        /// What it said.
        reason: String,
    },
}
