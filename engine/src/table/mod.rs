//! Tables as Parquet parts: reading them in order, writing them in parts of a fixed size.
//!
//! Owns every byte of Parquet. Knows where files are only because it is told; the cache's layout is not its concern.

mod conform;
mod digest;
mod error;
mod part;
mod range;
mod read;
mod slices;
mod write;
mod writer;

pub use conform::{bare, conform};
pub use digest::Digest;
pub use error::TableError;
pub(crate) use error::remedy;
pub(crate) use part::{Part, PartRows};
pub use range::within;
pub use read::{Batches, Table};
pub use write::{PartRecord, write_part};
pub use writer::{TableWriter, part_name};

#[cfg(test)]
mod tests;
