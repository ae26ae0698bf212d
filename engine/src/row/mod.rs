//! A row seen in place, the values that an operator makes, and what it emits for a row.
//!
//! Owns the passage between Arrow's columns and one row at a time. Knows no file, no cache and no operator.

mod assemble;
mod cell;
mod digest;
mod emit;
mod id;
mod simple_column;
mod view;

pub use assemble::assemble;
pub use cell::{Cell, Plain};
pub use digest::RowDigest;
pub use emit::{Base, Emission, Emit};
pub use id::child_id;
pub use view::Row;
