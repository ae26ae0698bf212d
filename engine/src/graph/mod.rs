//! From declarations to a typed graph: names resolved, loops unrolled, configurations read, edges checked.
//!
//! Owns every fault that needs both the manifest and the operators. Runs nothing and asks no cache.

mod node;

pub use node::{EdgeFrom, Graph, Node, RunSettings};
