//! What does not fit in memory, in files without a name that are gone when the process ends.
//!
//! Owns such files and what lies in them. Knows no cache, no row and no operator.

mod digest_map;
mod file;
mod merge;
mod sorted_file;

pub use digest_map::DigestMap;
pub use file::Scratch;
