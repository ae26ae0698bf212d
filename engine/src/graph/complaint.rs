//! An operator's complaints, put at their places in the text.

use std::ops::Range;

use super::signature::Signature;
use super::unroll::Template;
use crate::diagnostic::{Diagnostic, Label, Span};
use crate::manifest::{Kind, Tree};
use crate::operator::{Complaint, Place};

/// The complaint as a diagnostic.
pub(super) fn placed(
    complaint: Complaint,
    template: &Template<'_>,
    signature: &Signature,
    document: &Tree,
) -> Diagnostic {
    let node = template.node;
    let (span, path) = match &complaint.place {
        Place::Parameter { path, within } => {
            let value = parameter(&node.with, path.iter().map(String::as_str));
            let span = within.clone().and_then(|range| part(value, range)).unwrap_or(value.span);
            (span, ["with"].into_iter().chain(path.iter().map(String::as_str)).collect::<Vec<_>>())
        }
        Place::Setting(name) => (node.run.nearest([name.as_str()]).span, vec!["run", name.as_str()]),
        Place::Input(port) => (input(template, signature, port), vec!["inputs", port.as_str()]),
        Place::Operator => (node.op.span, vec!["op"]),
    };
    let diagnostic = Diagnostic {
        code: complaint.code,
        severity: complaint.severity,
        message: complaint.message,
        labels: vec![Label { span, text: complaint.label }],
        help: complaint.help,
    };
    template.noted(diagnostic, document, &path)
}

/// The value of a parameter, or what comes nearest.
pub(super) fn parameter<'t, 'p>(with: &'t Tree, path: impl IntoIterator<Item = &'p str>) -> &'t Tree {
    with.nearest(path)
}

fn input(template: &Template<'_>, signature: &Signature, port: &str) -> Span {
    let named = |edge: &&crate::manifest::Edge| match &edge.port {
        Some(name) => name.value == port,
        None => signature.bare_port().is_some_and(|bare| bare.name == port),
    };
    template.node.inputs.iter().find(named).map_or(template.node.inputs_place, |edge| edge.from.span)
}

/// The place of a part of a text, where the text stands in the source byte for byte: plain, or between quotes
/// without an escape. Escapes and block scalars are always longer than that.
fn part(value: &Tree, range: Range<usize>) -> Option<Span> {
    let Kind::Scalar(scalar) = &value.kind else { return None };
    let Span { source, start, end } = value.span;
    let quote = (end.checked_sub(start)?).checked_sub(scalar.text.len())?;
    let before = match quote {
        0 => 0,
        2 if !scalar.plain => 1,
        _ => return None,
    };
    let fits = range.start < range.end && scalar.text.get(range.clone()).is_some();
    fits.then(|| Span { source, start: start + before + range.start, end: start + before + range.end })
}
