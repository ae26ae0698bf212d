//! What `report` names: the metrics' nodes, and the nodes that are seeded anew.

use std::collections::BTreeSet;

use super::carry::members;
use super::resolve::{Lost, meant};
use super::unroll::{Binding, Unrolled};
use super::wiring::Wire;
use crate::diagnostic::Diagnostic;
use crate::manifest::{Manifest, Reference, Spanned};

/// What `report` names, resolved.
#[derive(Default)]
pub(super) struct Reported {
    /// `(label, node, metric)`; the node by its place in [`Unrolled::drafts`].
    pub(super) metrics: Vec<(String, usize, String)>,
    /// The nodes that `vary` names; every round of a node in a loop.
    pub(super) varied: Vec<usize>,
}

/// Resolves what `report` names.
pub(super) fn resolve(manifest: &Manifest, unrolled: &Unrolled<'_>, faults: &mut Vec<Diagnostic>) -> Reported {
    let Some(report) = &manifest.report else { return Reported::default() };
    let mut reported = Reported::default();
    for metric in &report.metrics {
        match self::metric(unrolled, metric) {
            Ok(found) => reported.metrics.push(found),
            Err(fault) => faults.extend(fault),
        }
    }
    for reference in &report.vary {
        match varied(unrolled, reference) {
            Ok(found) => reported.varied.extend(found),
            Err(fault) => faults.extend(fault),
        }
    }
    reported
}

/// The seed of every node. With `reseed`, the nodes that `vary` names and all that follow them have that one; all
/// nodes do where `vary` names none.
pub(super) fn seeds(manifest: &Manifest, reported: &Reported, wires: &[Vec<Wire<'_>>], order: &[usize]) -> Vec<u64> {
    let mut seeds = vec![manifest.seed; wires.len()];
    let Some(reseed) = manifest.reseed else { return seeds };
    if reported.varied.is_empty() {
        return vec![reseed; wires.len()];
    }
    let mut follows: BTreeSet<usize> = reported.varied.iter().copied().collect();
    for draft in order {
        let parents = wires[*draft].iter().filter_map(|wire| wire.source);
        if follows.contains(draft) || parents.into_iter().any(|source| follows.contains(&source.draft)) {
            follows.insert(*draft);
            seeds[*draft] = reseed;
        }
    }
    seeds
}

/// The longest start of `node.metric` that names a node; what follows the next dot is the metric.
fn metric(unrolled: &Unrolled<'_>, metric: &Spanned<String>) -> Result<(String, usize, String), Option<Diagnostic>> {
    let mut scope = 0;
    let mut rest = metric.value.as_str();
    loop {
        let (step, after) = rest.split_once('.').map_or((rest, None), |(step, after)| (step, Some(after)));
        let (name, round) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((name, round)) => (name, round.parse::<usize>().ok()),
            None => (step, None),
        };
        match (unrolled.scopes[scope].names.get(name), after) {
            (None, _) => return Err(Some(unknown(unrolled, scope, name, metric))),
            (Some(Binding::Broken), _) => return Err(None),
            (Some(_), None | Some("")) => return Err(Some(no_metric(metric))),
            (Some(Binding::Node(draft)), Some(after)) => return Ok((metric.value.clone(), *draft, after.to_owned())),
            (Some(Binding::Block(rounds)), Some(after)) => {
                let index = round.map_or(Some(rounds.len() - 1), |round| round.checked_sub(1));
                let inner = index.and_then(|index| rounds.get(index));
                scope = *inner.ok_or_else(|| Some(no_round(name, rounds.len(), metric)))?;
                rest = after;
            }
        }
    }
}

fn unknown(unrolled: &Unrolled<'_>, scope: usize, name: &str, metric: &Spanned<String>) -> Diagnostic {
    let names: Vec<&str> = unrolled.scopes[scope].names.keys().copied().collect();
    let message = format!("`report` measures `{}`, but there is no node `{name}`", metric.value);
    let fault = Diagnostic::error("graph::unknown_node", message).label(metric.span, "no such node");
    fault.help(meant("nodes", name, &names))
}

fn no_metric(metric: &Spanned<String>) -> Diagnostic {
    let message = format!("`report` names the node `{}` without a metric", metric.value);
    let fault = Diagnostic::error("graph::unknown_metric", message).label(metric.span, "which metric?");
    fault.help(format!("write `{}.METRIC`", metric.value.trim_end_matches('.')))
}

fn no_round(block: &str, rounds: usize, metric: &Spanned<String>) -> Diagnostic {
    let message = format!("`{block}` has no such round as in `{}`", metric.value);
    let fault = Diagnostic::error("graph::unknown_round", message).label(metric.span, "no such round");
    fault.help(format!("its rounds are 1 to {rounds}"))
}

/// A whole block, every round of a node in a block, or a node.
fn varied(unrolled: &Unrolled<'_>, reference: &Spanned<Reference>) -> Result<Vec<usize>, Option<Diagnostic>> {
    let steps = &reference.value.steps;
    let mut bindings: Vec<&Binding> =
        match steps.first().and_then(|step| unrolled.scopes[0].names.get(step.name.as_str())) {
            Some(binding) => vec![binding],
            None => return Err(lost(unrolled, reference)),
        };
    for (place, step) in steps.iter().enumerate() {
        let Some(next) = steps.get(place + 1) else { break };
        let rounds = bindings.iter().flat_map(|binding| match binding {
            Binding::Node(_) | Binding::Broken => Vec::new(),
            Binding::Block(rounds) => match step.round.and_then(|round| (round as usize).checked_sub(1)) {
                Some(index) => rounds.get(index).copied().into_iter().collect(),
                None => rounds.clone(),
            },
        });
        let scopes: Vec<usize> = rounds.collect();
        bindings = scopes.iter().filter_map(|scope| unrolled.scopes[*scope].names.get(next.name.as_str())).collect();
    }
    if bindings.is_empty() {
        return Err(lost(unrolled, reference));
    }
    Ok(bindings.into_iter().flat_map(|binding| members(unrolled, binding)).collect())
}

fn lost(unrolled: &Unrolled<'_>, reference: &Spanned<Reference>) -> Option<Diagnostic> {
    match unrolled.resolve(0, reference) {
        Err(Lost::Here(fault)) => Some(Diagnostic {
            message: format!("`report` varies `{}`: {}", reference.value.text, fault.message),
            ..*fault
        }),
        Err(Lost::Elsewhere) => None,
        Ok(_) => {
            let message = format!("`report` varies `{}`, which is an output", reference.value.text);
            let fault = Diagnostic::error("graph::unknown_node", message).label(reference.span, "not a node");
            Some(fault.help("name the node alone"))
        }
    }
}
