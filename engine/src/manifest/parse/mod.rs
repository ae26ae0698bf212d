//! From text to the spanned tree: the only place that knows the YAML parser.
//!
//! Owns YAML: syntax, duplicate keys, aliases, tags, the core schema. Knows no key of a manifest.

mod anchors;
mod build;
mod key;
mod offsets;
mod scalar;
mod syntax;
mod tag;

pub(super) use anchors::EXPANSION;
pub use build::parse;
pub(super) use build::parse_from;
pub(super) use scalar::resolve_plain;
