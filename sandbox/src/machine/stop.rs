//! Why the interpreter's code was left before it returned. Owns the reading of traps.

use wasmtime::Trap;

use crate::outcome::Limit;

/// Why the interpreter's code was left before it returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("the program ended its process with status {0}")]
    Exit(i32),
    #[error("the program used all that it may: {0:?}")]
    Limit(Limit),
    #[error("the wall clock's backstop was reached")]
    Overdue,
    #[error("the run was cancelled")]
    Cancelled,
    #[error("the interpreter asked for {0}, which is not given")]
    Denied(String),
    #[error("the interpreter broke down: {0}")]
    Trap(Trap),
    #[error("the interpreter broke down: {0}")]
    Broken(String),
}

impl Stop {
    /// Reads what wasmtime gave, without ever formatting it: a trap's backtrace costs a hundred milliseconds.
    pub(crate) fn from_error(error: &wasmtime::Error) -> Self {
        if let Some(stop) = error.downcast_ref::<Self>() {
            return stop.clone();
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Self::Limit(Limit::Fuel),
            Some(Trap::StackOverflow) => Self::Limit(Limit::Recursion),
            Some(trap) => Self::Trap(*trap),
            None => Self::Broken(error.root_cause().to_string()),
        }
    }
}
