//! Why a task ends without an output.

use crate::operator::Fault;
use crate::table::TableError;

/// The ways to end without an output; whatever was finished is kept in each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// The task failed.
    Failed {
        /// Why, and what to do.
        message: String,
    },
    /// A task that it reads failed.
    Skipped {
        /// The name of the one that is to blame.
        because: String,
    },
    /// Somebody has to do something first.
    Awaiting {
        /// What.
        message: String,
    },
    /// A task that it reads waits for somebody.
    Held {
        /// The name of the one that waits.
        because: String,
    },
    /// The run was asked to stop.
    Interrupted,
}

impl Halt {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into() }
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Cancelled => Self::Interrupted,
            Fault::Awaited(message) => Self::Awaiting { message },
            Fault::Infrastructure { message, .. } => {
                Self::failed(format!("{message}; what was finished is kept, run again to go on"))
            }
            fault => Self::failed(fault.to_string()),
        }
    }
}

impl From<TableError> for Halt {
    fn from(error: TableError) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<std::io::Error> for Halt {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<tokio::task::JoinError> for Halt {
    fn from(error: tokio::task::JoinError) -> Self {
        match error.try_into_panic() {
            Ok(panic) => Self::failed(format!("panicked: {}", panic_text(panic.as_ref()))),
            Err(_) => Self::Interrupted,
        }
    }
}

/// What a panic says.
pub(super) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
