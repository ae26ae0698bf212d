//! From the patched tree to declarations: nodes, blocks, edges and the report, each with its place.
//!
//! Owns the sections' shapes. Knows neither operators nor whether a reference leads anywhere.

mod block;
mod inputs;
mod manifest;
mod node;
mod report;

pub(super) use manifest::declare;
