//! millrace-engine: from the text of a manifest to a checked, planned, cached and resumable run.
//!
//! The modules stand in the order of a run. The engine knows nodes, ports, schemas, fingerprints, rows and steps;
//! it knows no word of the domain that its operators work in, prints nothing and reads no environment.

pub mod ablation;
pub mod cache;
pub mod diagnostic;
pub mod event;
pub mod graph;
pub mod manifest;
pub mod operator;
pub mod pipeline;
pub mod plan;
pub mod port;
pub mod report;
pub mod row;
pub mod run;
pub mod schema;
pub mod scratch;
pub mod table;
pub mod testing;
pub mod trace;

/// For the expansion of `operator!` and `row_type!`.
#[doc(hidden)]
pub use inventory;
