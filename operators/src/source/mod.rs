//! Operators that bring rows in from files.
//!
//! Owns formats, the choice of columns and the ids of rows that have none. A file that is missing is no fault here: the
//! type of its rows is unknown until it is there.

mod identify;
mod input_file;
mod jsonl;
mod parquet;
mod problems;
mod projection;
mod sheet;

pub use jsonl::{ColumnType, Jsonl};
pub use parquet::Parquet;
pub use problems::{Format, Problems};
pub use sheet::Sheet;
