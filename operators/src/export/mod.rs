//! Operators that write files for people and other tools.
//!
//! An export's output is an artifact, `Files`, that the cache keeps like any other; its destination says where the files
//! are to appear, so that a file that was deleted or changed is put back without exporting again.

mod checkpoint;
mod conversation;
mod dataset;
mod jsonl;
mod kind;
mod llama_factory;
mod parquet;
mod sheet;
mod trl;
mod verl;

pub use checkpoint::Checkpoint;
pub use jsonl::Jsonl;
pub use kind::Kind;
pub use llama_factory::LlamaFactory;
pub use parquet::{Layout, Parquet};
pub use sheet::Sheet;
pub use trl::Trl;
pub use verl::Verl;

/// The artifact of an export.
const FILES: &str = "Files";
