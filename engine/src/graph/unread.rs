//! Nodes whose outputs nobody reads.

use std::collections::BTreeSet;

use super::carry::handed_on;
use super::prepare::Prepared;
use super::report::Reported;
use super::unroll::{Binding, Unrolled};
use super::wiring::{MISSING_INPUT, Wire};
use crate::diagnostic::{Diagnostic, closest};

/// A warning for every declaration of which no round is read. Spared are results for people and other tools, what
/// `report` names, and what a misspelt reference probably means. Silent while an edge is missing altogether,
/// since then nobody can tell what it is to read.
pub(super) fn check(
    unrolled: &Unrolled<'_>,
    prepared: &[Prepared],
    wires: &[Vec<Wire<'_>>],
    reported: &Reported,
    faults: &[Diagnostic],
) -> Vec<Diagnostic> {
    if is_unfinished(unrolled, faults) {
        return Vec::new();
    }
    let read = wires.iter().flatten().filter_map(|wire| wire.source).map(|source| source.draft);
    let named = reported.metrics.iter().map(|(_, node, _)| *node).chain(reported.varied.iter().copied());
    let drafts = read.chain(named).chain(handed_on(unrolled)).chain(misspelt(unrolled, wires));
    let needed: BTreeSet<usize> = drafts.map(|draft| unrolled.drafts[draft].template).collect();
    let templates = unrolled.templates.iter().enumerate().zip(prepared);
    let unread = templates.filter(|((index, _), prepared)| {
        let reads_on = prepared.signature.is_some_and(|signature| !signature.registration.sink);
        reads_on && !needed.contains(index)
    });
    unread.map(|((_, template), _)| warning(template.name)).collect()
}

fn is_unfinished(unrolled: &Unrolled<'_>, faults: &[Diagnostic]) -> bool {
    let broken = |binding: &Binding| matches!(binding, Binding::Broken);
    faults.iter().any(|fault| fault.code == MISSING_INPUT)
        || unrolled.scopes.iter().any(|scope| scope.names.values().any(broken))
}

fn warning(name: &crate::manifest::Spanned<String>) -> Diagnostic {
    Diagnostic::warning("graph::unread", format!("nobody reads `{}`", name.value))
        .label(name.span, "its outputs go nowhere")
        .help("read it, export it, name one of its metrics in `report`, or remove it")
}

/// The nodes that references without a target come nearest to.
fn misspelt(unrolled: &Unrolled<'_>, wires: &[Vec<Wire<'_>>]) -> Vec<usize> {
    let lost = wires.iter().flatten().filter(|wire| wire.source.is_none());
    let meant = lost.filter_map(|wire| {
        let step = wire.edge.from.value.steps.last()?;
        let names = unrolled.templates.iter().map(|template| template.name.value.as_str());
        let first = wire.edge.from.value.steps.first()?;
        let close = closest(&first.name, names.clone()).or_else(|| closest(&step.name, names))?;
        let template = unrolled.templates.iter().position(|template| template.name.value == close)?;
        unrolled.drafts.iter().position(|found| found.template == template)
    });
    meant.collect()
}
