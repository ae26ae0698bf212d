//! From declarations to a typed graph: names resolved, loops unrolled, configurations read, edges checked.
//!
//! Owns every fault that needs both the manifest and the operators. Runs nothing and asks no cache.

mod build;
mod carry;
mod complaint;
mod destination;
mod infer;
mod milestone;
mod mismatch;
mod node;
mod order;
mod parameters;
mod patch;
mod prepare;
mod report;
mod resolve;
mod settings;
mod signature;
mod unread;
mod unroll;
mod wiring;

pub use build::build;
pub use node::{EdgeFrom, Graph, Node};
pub use settings::{RunSettings, settings_schema};

#[cfg(test)]
mod tests;
