//! From a manifest's text to one resolved pipeline: parse, patch, substitute variables, declare.
//!
//! Owns the YAML file's own grammar. Knows no operator: whether a parameter exists is the graph's question.

mod declaration;
mod declare;
mod document;
mod emit;
mod keys;
mod name;
mod parse;
mod patch;
mod reference;
mod secret;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod variable;

pub use declaration::{
    Block, Carry, Edge, Manifest, NodeDeclaration, NodeKind, OperatorNode, Reference, ReferenceStep, Report, Selection,
    Variant,
};
pub use document::Document;
pub use emit::emit;
pub use parse::parse;
pub use text::decode;
pub use tree::{Entry, Kind, Mapping, Scalar, Spanned, Tree};
