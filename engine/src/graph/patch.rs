//! The second place of a fault that a preset, an ablation or `--set` brought in: what the patch changed.

use crate::diagnostic::{Diagnostic, Span};
use crate::manifest::{Kind, Tree};

/// Adds what a patch replaced, where the value at `path` of the resolved document came from one.
pub(super) fn note<'a>(
    diagnostic: Diagnostic,
    document: &'a Tree,
    path: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    match replaced(document, path) {
        Some(span) => note_span(diagnostic, span),
        None => diagnostic,
    }
}

/// Adds a place that a patch changed.
pub(super) fn note_span(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    if diagnostic.labels.iter().any(|label| label.span == span) {
        return diagnostic;
    }
    diagnostic.label(span, "a patch changes this")
}

/// The place that the innermost patch on the way to a value changed.
fn replaced<'a>(document: &'a Tree, path: impl IntoIterator<Item = &'a str>) -> Option<Span> {
    let mut here = document;
    let mut found = here.replaces;
    for step in path {
        let next = match &here.kind {
            Kind::Mapping(mapping) => mapping.get(step),
            Kind::Sequence(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
            Kind::Scalar(_) => None,
        };
        let Some(next) = next else { break };
        here = next;
        found = here.replaces.or(found);
    }
    found
}
