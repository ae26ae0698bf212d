//! Reasoning grown as trees: steps drawn from a model, valued by the programs that they end in.
//!
//! Owns how a tree grows and what its nodes are worth. What is learned of trees is `pair`'s and `train`'s.

pub(crate) mod contrast;
mod tree;

pub use tree::Tree;
