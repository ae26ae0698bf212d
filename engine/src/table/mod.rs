//! Tables as Parquet parts: reading them in order, writing them in parts of a fixed size.
//!
//! Owns every byte of Parquet. Knows where files are only because it is told; the cache's layout is not its concern.

mod error;
mod read;

pub use error::TableError;
pub use read::{Batches, Table};
