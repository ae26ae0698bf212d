//! What a person or another program reads: every function takes data and writes text, none decides anything.

mod aligned;
pub mod closing;
pub mod comparison;
pub mod explanation;
pub mod graph;
pub mod manual;
pub mod plan;
pub mod progress;
pub mod report;
pub mod rows;
pub mod size;
pub mod tree;
pub mod way;
