//! Which outputs a plan is about: what is asked for, and what must be there to compute what is not there yet.

use std::collections::BTreeSet;

use super::PlanError;
use super::draft::Drafts;
use crate::diagnostic::closest;
use crate::graph::Graph;

/// The drafts that are asked for: those of the named nodes in every graph that has them; all where none is named.
pub(super) fn targets(
    graphs: &[(&str, &Graph)],
    drafts: &Drafts,
    names: Option<&[&str]>,
) -> Result<BTreeSet<usize>, PlanError> {
    let Some(names) = names else { return Ok((0..drafts.all.len()).collect()) };
    let mut targets = BTreeSet::new();
    for name in names {
        let in_graphs = graphs.iter().zip(&drafts.places);
        let found: Vec<usize> = in_graphs.filter_map(|((_, graph), places)| Some(places[graph.find(name)?])).collect();
        if found.is_empty() {
            return Err(unknown(graphs, name));
        }
        targets.extend(found);
    }
    Ok(targets)
}

/// The targets and everything that they may depend on.
pub(super) fn ancestors(drafts: &Drafts, targets: &BTreeSet<usize>) -> BTreeSet<usize> {
    closure(drafts, targets, |_| true)
}

/// The targets and, below those that are not there, what they are computed from.
pub(super) fn needed(drafts: &Drafts, targets: &BTreeSet<usize>, is_cached: impl Fn(usize) -> bool) -> BTreeSet<usize> {
    closure(drafts, targets, |place| !is_cached(place))
}

fn closure(drafts: &Drafts, targets: &BTreeSet<usize>, reads: impl Fn(usize) -> bool) -> BTreeSet<usize> {
    let mut reached = targets.clone();
    // Producers stand before their readers, so one pass from the end reaches everything.
    for place in (0..drafts.all.len()).rev() {
        if reached.contains(&place) && reads(place) {
            reached.extend(drafts.all[place].inputs.values().map(|input| input.task));
        }
    }
    reached
}

fn unknown(graphs: &[(&str, &Graph)], name: &str) -> PlanError {
    let names = graphs.iter().flat_map(|(_, graph)| {
        graph.nodes.iter().map(|node| node.name.as_str()).chain(graph.aliases.keys().map(String::as_str))
    });
    PlanError::UnknownTarget { name: name.to_owned(), closest: closest(name, names).map(str::to_owned) }
}
