//! How a test ended.

use sandbox::{Ending, Exception, Limit, Stage};

use crate::python::ending::words;

/// How a test ended, for one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It gave what was expected.
    Passed,
    /// It gave something else.
    Failed,
    /// It raised, or left with an exit status of its own.
    RuntimeError,
    /// It defines nothing of the name that the test asks for.
    Misnamed,
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
    /// Nothing can be said of an answer: it cannot be read, or what would have to be computed is too great.
    Undecided,
    /// The test itself is no test: a script that is no Python, a call without arguments. Nothing is said of the
    /// program.
    InvalidTest,
}

impl Status {
    /// Every way in which a test ends.
    const ALL: [Self; 11] = [
        Self::Passed,
        Self::Failed,
        Self::RuntimeError,
        Self::Misnamed,
        Self::CompileError,
        Self::Timeout,
        Self::Memory,
        Self::Output,
        Self::Unsupported,
        Self::Undecided,
        Self::InvalidTest,
    ];

    /// The one that stands in a `Verdict` under this name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// As it stands in a `Verdict`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::RuntimeError => "runtime_error",
            Self::Misnamed => "misnamed",
            Self::CompileError => "compile_error",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Output => "output",
            Self::Unsupported => "unsupported",
            Self::Undecided => "undecided",
            Self::InvalidTest => "invalid_test",
        }
    }

    /// Whether the program passed; none where the test cannot tell.
    pub(crate) fn verdict(self) -> Option<bool> {
        match self {
            Self::Passed => Some(true),
            Self::Unsupported | Self::Undecided | Self::InvalidTest => None,
            _ => Some(false),
        }
    }
}

/// What the ending of a call or test that is no success says of a program; none where it ran to its end.
pub(super) fn of_test(ending: &Ending) -> Option<(Status, String)> {
    let (status, message) = of(ending)?;
    let status = match (ending, status) {
        // The program was compiled when it was loaded. What is compiled now is the test, and a program that makes that
        // fail in another way does not get rid of the test by it.
        (Ending::Raised(exception), Status::CompileError) => match exception.kind.as_str() {
            "SyntaxError" | "IndentationError" | "TabError" => Status::InvalidTest,
            _ => Status::RuntimeError,
        },
        (Ending::Raised(exception), _) if is_misnamed(exception) => Status::Misnamed,
        (_, status) => status,
    };
    Some((status, message))
}

/// Whether a name was looked for that the program does not have: by the test itself, and not by the program.
fn is_misnamed(exception: &Exception) -> bool {
    match (exception.stage, exception.file.as_deref()) {
        (Stage::Call, None) => ["NameError", "AttributeError"].contains(&exception.kind.as_str()),
        (Stage::Test, Some("tests.py")) => exception.kind == "NameError",
        _ => false,
    }
}

/// What an ending that is no success says of a program; none where it ran to its end.
pub(crate) fn of(ending: &Ending) -> Option<(Status, String)> {
    let status = match ending {
        Ending::Finished => return None,
        Ending::Raised(exception) => raised(exception),
        Ending::Limited(Limit::Time | Limit::Fuel) => Status::Timeout,
        Ending::Limited(Limit::Memory) => Status::Memory,
        Ending::Limited(Limit::Output) => Status::Output,
        Ending::Unsupported { .. } => Status::Unsupported,
        Ending::Exited { .. } | Ending::Crashed { .. } | Ending::Limited(Limit::Recursion) => Status::RuntimeError,
    };
    Some((status, words(ending)?))
}

fn raised(exception: &Exception) -> Status {
    match (exception.stage, exception.kind.as_str()) {
        (Stage::Compile, _) => Status::CompileError,
        (_, "MemoryError") => Status::Memory,
        (Stage::Test, "AssertionError") => Status::Failed,
        _ => Status::RuntimeError,
    }
}
