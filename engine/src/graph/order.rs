//! Topological order, and the cycles that there must not be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::Direction;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::unroll::Unrolled;
use super::wiring::{Wire, noted};
use crate::diagnostic::Diagnostic;
use crate::manifest::Tree;

/// The nodes so that each stands after those that it reads, in the order of the text where that leaves a choice.
/// Edges of a cycle are told and then left out of account.
pub(super) fn order(
    unrolled: &Unrolled<'_>,
    wires: &[Vec<Wire<'_>>],
    document: &Tree,
    faults: &mut Vec<Diagnostic>,
) -> Vec<usize> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(wires.len(), wires.len());
    for _ in wires {
        graph.add_node(());
    }
    for (reader, wires) in wires.iter().enumerate() {
        for source in wires.iter().filter_map(|wire| wire.source) {
            graph.update_edge(NodeIndex::new(source.draft), NodeIndex::new(reader), ());
        }
    }
    let knots = knots(&graph);
    for knot in &knots {
        faults.push(describe(unrolled, wires, document, &cycle(&graph, knot)));
    }
    let knot_of: BTreeMap<NodeIndex, usize> =
        knots.iter().enumerate().flat_map(|(number, knot)| knot.iter().map(move |node| (*node, number))).collect();
    graph.retain_edges(|graph, edge| {
        let ends = graph.edge_endpoints(edge).map(|(from, to)| (knot_of.get(&from), knot_of.get(&to)));
        !matches!(ends, Some((Some(from), Some(to))) if from == to)
    });
    sorted(&graph)
}

/// Kahn's algorithm, the ready node that stands first in the text going first.
fn sorted(graph: &DiGraph<(), ()>) -> Vec<usize> {
    let incoming = |node| graph.neighbors_directed(node, Direction::Incoming).count();
    let mut waiting: Vec<usize> = graph.node_indices().map(incoming).collect();
    let mut ready: BTreeSet<NodeIndex> = graph.node_indices().filter(|node| waiting[node.index()] == 0).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(node) = ready.pop_first() {
        order.push(node.index());
        for reader in graph.neighbors(node) {
            waiting[reader.index()] -= 1;
            if waiting[reader.index()] == 0 {
                ready.insert(reader);
            }
        }
    }
    order
}

/// The groups of nodes that can be reached from each other, in the order of the text.
fn knots(graph: &DiGraph<(), ()>) -> Vec<Vec<NodeIndex>> {
    let reads_itself = |node: NodeIndex| graph.contains_edge(node, node);
    let mut knots: Vec<Vec<NodeIndex>> = tarjan_scc(graph)
        .into_iter()
        .filter(|knot| knot.len() > 1 || knot.iter().any(|node| reads_itself(*node)))
        .collect();
    for knot in &mut knots {
        knot.sort();
    }
    knots.sort();
    knots
}

/// A shortest cycle through a knot's first node, from reader to what it reads.
fn cycle(graph: &DiGraph<(), ()>, knot: &[NodeIndex]) -> Vec<NodeIndex> {
    let Some(start) = knot.first().copied() else { return Vec::new() };
    let inside: BTreeSet<NodeIndex> = knot.iter().copied().collect();
    let mut read_by: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(reader) = queue.pop_front() {
        let mut sources: Vec<_> =
            graph.neighbors_directed(reader, Direction::Incoming).filter(|node| inside.contains(node)).collect();
        sources.sort();
        for source in sources {
            if source == start {
                return path(start, reader, &read_by);
            }
            if let std::collections::btree_map::Entry::Vacant(place) = read_by.entry(source) {
                place.insert(reader);
                queue.push_back(source);
            }
        }
    }
    vec![start]
}

fn path(start: NodeIndex, last: NodeIndex, read_by: &BTreeMap<NodeIndex, NodeIndex>) -> Vec<NodeIndex> {
    let mut path = vec![last];
    let mut here = last;
    while here != start {
        let Some(reader) = read_by.get(&here) else { break };
        here = *reader;
        path.push(here);
    }
    path.reverse();
    path
}

fn describe(unrolled: &Unrolled<'_>, wires: &[Vec<Wire<'_>>], document: &Tree, cycle: &[NodeIndex]) -> Diagnostic {
    let drafts = &unrolled.drafts;
    let one_scope = cycle.iter().all(|node| drafts[node.index()].scope == drafts[cycle[0].index()].scope);
    let name = |node: NodeIndex| match one_scope {
        true => unrolled.templates[drafts[node.index()].template].name.value.as_str(),
        false => drafts[node.index()].name.as_str(),
    };
    let Some(first) = cycle.first().copied() else {
        return Diagnostic::error("graph::cycle", "the nodes form a cycle");
    };
    let mut fault = match cycle {
        [_] => Diagnostic::error("graph::cycle", format!("`{}` reads its own output", name(first))),
        _ => Diagnostic::error("graph::cycle", format!("`{}` waits for its own output", name(first))),
    };
    for (place, reader) in cycle.iter().enumerate() {
        let source = cycle[(place + 1) % cycle.len()];
        let edges = &wires[reader.index()];
        let is_it = |wire: &&Wire<'_>| wire.source.is_some_and(|from| from.draft == source.index());
        if let Some(wire) = edges.iter().find(is_it) {
            let template = &unrolled.templates[unrolled.drafts[reader.index()].template];
            fault = fault.label(wire.edge.from.span, format!("`{}` reads `{}`", name(*reader), name(source)));
            fault = noted(fault, template, wire.edge, document);
        }
    }
    fault.help("cut one of these edges; what goes round a bounded number of times is a block with `repeat` and `carry`")
}
