//! What is wrong with an input, where it stands and what can be done about it.
//!
//! Owns sources, spans and diagnostics. Knows nothing of manifests: any stage may report through it.

mod fault;
mod render;
mod source;
mod suggest;

pub use fault::{Diagnostic, Label, Severity};
pub use render::Rendered;
pub use source::{Position, Source, SourceId, Sources, Span};
pub use suggest::closest;
