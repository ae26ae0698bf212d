//! One row's way through a pipeline: what it was made of, what it became, and where it was dropped.
//!
//! Owns the walk over finished outputs. Row operators' ledgers say which row came of which; for whole tables a row is
//! followed by its id alone, so what an aggregate made of it is not known.

mod follow;
mod index;

pub use follow::{Appearance, Fate, Relation, Trace, TraceError, trace};
