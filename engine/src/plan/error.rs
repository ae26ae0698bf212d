//! Why there is no plan.

use crate::cache::CacheError;

/// A plan could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A target that no graph has.
    #[error("there is no node `{name}`{}", suggestion(.closest.as_deref()))]
    UnknownTarget {
        /// As it was asked for.
        name: String,
        /// The name most like it.
        closest: Option<String>,
    },
    /// An external file that is there cannot be read.
    #[error("failed to take the digest of an input file: {0}")]
    File(#[from] CacheError),
}

fn suggestion(closest: Option<&str>) -> String {
    closest.map_or_else(|| "; `millrace graph` lists them".to_owned(), |name| format!("; did you mean `{name}`?"))
}
