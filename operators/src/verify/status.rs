//! How a test ended.

use sandbox::{Ending, Exception, Limit, Stage};

/// How a test ended, for one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It gave what was expected.
    Passed,
    /// It gave something else.
    Failed,
    /// It raised, or left with an exit status of its own.
    RuntimeError,
    /// It is no Python.
    CompileError,
    /// It used all the time or fuel that it may.
    Timeout,
    /// It used all the memory that it may.
    Memory,
    /// It wrote more than it may.
    Output,
    /// It needs a module that the sandbox does not have, so that nothing can be said of it.
    Unsupported,
}

impl Status {
    /// As it stands in a `Verdict`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::RuntimeError => "runtime_error",
            Self::CompileError => "compile_error",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Output => "output",
            Self::Unsupported => "unsupported",
        }
    }
}

/// What an ending that is no success says of a program; none where it ran to its end.
pub(super) fn of(ending: &Ending) -> Option<(Status, String)> {
    Some(match ending {
        Ending::Finished => return None,
        Ending::Exited { status } => (Status::RuntimeError, format!("exited with status {status}")),
        Ending::Raised(exception) => (raised(exception), told(exception)),
        Ending::Limited(limit) => limited(*limit),
        Ending::Unsupported { module } => (Status::Unsupported, format!("there is no module `{module}` here")),
        Ending::Crashed { reason } => (Status::RuntimeError, format!("the interpreter broke down: {reason}")),
    })
}

fn raised(exception: &Exception) -> Status {
    match (exception.stage, exception.kind.as_str()) {
        (Stage::Compile, _) => Status::CompileError,
        (_, "MemoryError") => Status::Memory,
        (Stage::Test, "AssertionError") => Status::Failed,
        _ => Status::RuntimeError,
    }
}

fn told(exception: &Exception) -> String {
    let Exception { kind, message, file, line, .. } = exception;
    let place = match (file, line) {
        (Some(file), Some(line)) => format!(" ({file}, line {line})"),
        _ => String::new(),
    };
    match message.as_str() {
        "" => format!("{kind}{place}"),
        // A syntax error says itself where it is.
        message if message.ends_with(&place) => format!("{kind}: {message}"),
        message => format!("{kind}: {message}{place}"),
    }
}

fn limited(limit: Limit) -> (Status, String) {
    let (status, what) = match limit {
        Limit::Time => (Status::Timeout, "the time limit was reached"),
        Limit::Fuel => (Status::Timeout, "the fuel limit was reached"),
        Limit::Memory => (Status::Memory, "the memory limit was reached"),
        Limit::Output => (Status::Output, "the output limit was reached"),
        Limit::Recursion => (Status::RuntimeError, "nested too deeply inside the interpreter"),
    };
    (status, what.to_owned())
}
