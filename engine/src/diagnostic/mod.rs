//! What is wrong with an input, where it stands and what can be done about it.
//!
//! Owns sources, spans and diagnostics. Knows nothing of manifests: any stage may report through it.

mod arrange;
mod fault;
mod json;
mod render;
mod snippet;
mod source;
mod suggest;

pub use arrange::arrange;
pub use fault::{Diagnostic, Label, Severity};
pub use json::{DiagnosticJson, LabelJson};
pub use render::{Palette, Rendered, render};
pub use source::{Position, Source, SourceId, Sources, Span};
pub use suggest::closest;
