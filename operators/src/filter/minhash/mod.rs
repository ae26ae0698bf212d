//! Which documents of a list nearly repeat an earlier one.
//!
//! Owns the sketches that find likely pairs and the comparison that decides. Refuses to know what is done about a
//! duplicate.

mod banding;
mod buckets;
mod near_duplicates;
mod random;
mod shingles;
mod signature;
#[cfg(test)]
mod tests;

pub use banding::{Banding, Weights};
pub use near_duplicates::{Duplicate, NearDuplicates};
pub use shingles::ShingleSet;
pub use signature::Signer;
