//! From a manifest's text to one resolved pipeline: parse, patch, substitute variables, declare.
//!
//! Owns the YAML file's own grammar. Knows no operator: whether a parameter exists is the graph's question.

mod declaration;
mod tree;

pub use declaration::{
    Block, Carry, Edge, Manifest, NodeDeclaration, NodeKind, OperatorNode, Reference, ReferenceStep, Report, Selection,
    Variant,
};
pub use tree::{Entry, Kind, Mapping, Scalar, Spanned, Tree};
