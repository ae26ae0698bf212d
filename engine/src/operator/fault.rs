//! Why an operator could not do its work.

use std::time::Duration;

/// The reasons, told apart because the engine answers each differently.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The world failed, not the row: an endpoint is down, a host timed out, the disk is full. Retried with back-off;
    /// never cached as a result.
    #[error("{message}")]
    Infrastructure {
        /// What failed.
        message: String,
        /// When the other side asked to be tried again.
        retry_after: Option<Duration>,
    },
    /// Other nodes of the run use the room that is needed. Waited for with nothing open, however long they take.
    #[error("{0}")]
    NoRoom(String),
    /// This row has no result, for a reason of its own. Recorded with the reason; the node goes on.
    #[error("{0}")]
    Row(String),
    /// The node cannot work at all.
    #[error("{0}")]
    Node(String),
    /// Somebody outside has to do something first, and the message says what. Nothing failed and nothing is stored; once
    /// it is done, the same run goes on.
    #[error("{0}")]
    Awaited(String),
    /// The run was asked to stop.
    #[error("interrupted")]
    Cancelled,
}

impl Fault {
    /// The world failed.
    #[must_use]
    pub fn infrastructure(message: impl Into<String>) -> Self {
        Self::Infrastructure { message: message.into(), retry_after: None }
    }

    /// The row has no result.
    #[must_use]
    pub fn row(message: impl Into<String>) -> Self {
        Self::Row(message.into())
    }

    /// Somebody has to do something first.
    #[must_use]
    pub fn awaited(message: impl Into<String>) -> Self {
        Self::Awaited(message.into())
    }

    /// The node cannot work.
    #[must_use]
    pub fn node(message: impl Into<String>) -> Self {
        Self::Node(message.into())
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::infrastructure(error.to_string())
    }
}

impl From<arrow::error::ArrowError> for Fault {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Node(error.to_string())
    }
}

impl From<crate::table::TableError> for Fault {
    fn from(error: crate::table::TableError) -> Self {
        match error {
            crate::table::TableError::Io { .. } => Self::infrastructure(error.to_string()),
            _ => Self::Node(error.to_string()),
        }
    }
}
