//! Which runs of n words of a document occur in a benchmark.
//!
//! Owns the index over the benchmark and the search. Refuses to know what is done about a hit.

mod gram_filter;
mod index;
mod scan;
#[cfg(test)]
mod tests;

pub use index::{BenchmarkId, Hit, NgramIndex};
