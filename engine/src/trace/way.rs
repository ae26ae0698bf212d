//! What a trace finds: a row at a node, and what became of it there.

use serde::Serialize;

use crate::cache::CacheError;
use crate::row::Cell;
use crate::table::TableError;

/// A row's way, in the order of the pipeline.
#[derive(Clone, Debug, Serialize)]
pub struct Trace {
    /// The row's whole id.
    pub id: String,
    /// Where it, its ancestors and its descendants were.
    pub appearances: Vec<Appearance>,
}

/// A row at a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Appearance {
    /// The node.
    pub node: String,
    /// Its operator.
    pub operator: String,
    /// The row's id there.
    pub id: String,
    /// What it is to the row that was asked for.
    pub relation: Relation,
    /// What the node did with it.
    #[serde(flatten)]
    pub fate: Fate,
    /// The columns that the node added or changed, as they can be printed.
    pub added: Vec<(String, Cell)>,
}

/// What a row is to the row that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// It was made of this one.
    Ancestor,
    /// It is this one.
    Itself,
    /// This one was made of it.
    Descendant,
}

/// What a node did with a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "fate", rename_all = "lowercase")]
pub enum Fate {
    /// It is in this output.
    Given {
        /// The output port.
        port: String,
    },
    /// It came in, and nothing of it went out.
    Dropped,
    /// It has no result.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A row that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// No finished output has it.
    #[error("no row of a finished node has an id that begins with `{0}`; `millrace show` prints ids")]
    Unknown(String),
    /// Several rows begin so.
    #[error("{} rows have an id that begins with `{beginning}`, such as {}", found.len(), found.iter().take(3).cloned().collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// What was asked for.
        beginning: String,
        /// The ids.
        found: Vec<String>,
    },
    /// An output cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The cache cannot be read.
    #[error(transparent)]
    Cache(#[from] CacheError),
}
