//! Operators that write files for people and other tools.
//!
//! An export's output is an artifact, `Files`, that the cache keeps like any other; its destination says where the files
//! are to appear, so that a file that was deleted or changed is put back without exporting again.

mod checkpoint;
mod jsonl;
mod parquet;

pub use checkpoint::Checkpoint;
pub use jsonl::Jsonl;
pub use parquet::{Layout, Parquet};

/// The artifact of an export.
const FILES: &str = "Files";
