//! Many variants of one pipeline, run once and compared.
//!
//! Owns the choice of variants and seeds and the table at the end. What is shared between variants is the plan's
//! matter: equal fingerprints are one task.

mod metric;
mod table;
mod variation;

pub use metric::measure;
pub use table::{Compared, Counted, Measured, Measurement, Summary, compare};
pub use variation::{BASE, Variation, variations};
