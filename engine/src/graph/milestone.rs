//! `node@500`: a node as it would be with fewer steps, which the node itself goes on from. Owns how such a reference becomes a
//! node of its own, next to the one that it names.

use std::collections::BTreeMap;

use super::signature::signature;
use crate::diagnostic::{Diagnostic, Span};
use crate::manifest::{Block, Entry, Kind, Manifest, NodeDeclaration, NodeKind, OperatorNode, Reference, Scalar};
use crate::manifest::{Spanned, Tree};
use crate::operator::Shape;

/// The nodes that are read at some number of steps, by the blocks that they stand in, and where first.
type Wanted<'m> = BTreeMap<(Vec<&'m str>, &'m str), Span>;

/// The manifest with a node for each that is read so; none where none is.
pub(super) fn written_out(manifest: &Manifest, faults: &mut Vec<Diagnostic>) -> Option<Manifest> {
    let mut wanted = Wanted::new();
    gather(&manifest.nodes, &mut vec![], &mut vec![&manifest.nodes], &mut wanted);
    if wanted.is_empty() {
        return None;
    }
    let mut written = manifest.clone();
    for ((blocks, name), span) in &wanted {
        let nodes = blocks.iter().fold(&mut written.nodes, |nodes, block| inside(nodes, block));
        faults.extend(add(nodes, name, *span).map(|fault| *fault));
    }
    Some(written)
}

/// What the nodes of a scope read; `around` has the declarations of every scope that they see, the innermost last.
fn gather<'m>(
    nodes: &'m [NodeDeclaration],
    blocks: &mut Vec<&'m str>,
    around: &mut Vec<&'m [NodeDeclaration]>,
    wanted: &mut Wanted<'m>,
) {
    let mut read = |reference: &'m Spanned<Reference>, blocks: &[&'m str], around: &[&'m [NodeDeclaration]]| {
        if let Some(found) = find(&reference.value, blocks, around) {
            wanted.entry(found).or_insert(reference.span);
        }
    };
    for declaration in nodes {
        match &declaration.kind {
            NodeKind::Operator(node) => node.inputs.iter().for_each(|edge| read(&edge.from, blocks, around)),
            NodeKind::Block(block) => block.carry.iter().for_each(|carry| read(&carry.first, blocks, around)),
            NodeKind::Broken => {}
        }
    }
    for declaration in nodes {
        let NodeKind::Block(block) = &declaration.kind else { continue };
        blocks.push(&declaration.name.value);
        around.push(&block.nodes);
        for carry in &block.carry {
            if let Some(found) = find(&carry.then.value, blocks, around) {
                wanted.entry(found).or_insert(carry.then.span);
            }
        }
        gather(&block.nodes, blocks, around, wanted);
        around.pop();
        blocks.pop();
    }
}

/// Where the node stands that a reference reads at some number of steps.
fn find<'m>(
    reference: &'m Reference,
    blocks: &[&'m str],
    around: &[&'m [NodeDeclaration]],
) -> Option<(Vec<&'m str>, &'m str)> {
    let place = reference.steps.iter().position(|step| step.name.contains('@'))?;
    let (through, name) = (&reference.steps[..place], reference.steps[place].name.as_str());
    let first = through.first().map_or(node_of(name), |step| step.name.as_str());
    let depth = around.iter().rposition(|nodes| nodes.iter().any(|node| node.name.value == first))?;
    let outer = blocks[..depth].iter().copied();
    let mut nodes = around[depth];
    for step in through {
        let block = nodes.iter().find(|node| node.name.value == step.name)?;
        let NodeKind::Block(block) = &block.kind else { return None };
        nodes = &block.nodes;
    }
    let known = nodes.iter().any(|node| node.name.value == node_of(name));
    known.then(|| (outer.chain(through.iter().map(|step| step.name.as_str())).collect(), name))
}

fn inside<'n>(nodes: &'n mut [NodeDeclaration], name: &str) -> &'n mut Vec<NodeDeclaration> {
    let block = nodes.iter_mut().find_map(|node| match &mut node.kind {
        NodeKind::Block(Block { nodes, .. }) if node.name.value == name => Some(nodes),
        _ => None,
    });
    block.expect("it was found on the way here")
}

/// Adds the node behind the one that it is at first; one that cannot be is broken, and why is told.
fn add(nodes: &mut Vec<NodeDeclaration>, name: &str, span: Span) -> Option<Box<Diagnostic>> {
    let place = nodes.iter().position(|node| node.name.value == node_of(name)).expect("it was found");
    let (kind, fault) = match &nodes[place].kind {
        NodeKind::Operator(node) => match parameter(node, name, span) {
            Ok(parameter) => (parameter.map(|parameter| at(node, parameter, steps_of(name))), None),
            Err(fault) => (None, Some(fault)),
        },
        NodeKind::Broken => (None, None),
        // There is no such node, as whoever looks for it will tell.
        NodeKind::Block(_) => return None,
    };
    let own = Spanned { value: name.to_owned(), span: nodes[place].name.span };
    let kind = kind.map_or(NodeKind::Broken, NodeKind::Operator);
    nodes.insert(place + 1, NodeDeclaration { name: own, kind });
    fault
}

/// The parameter with the number of steps; none where the node itself is at fault, and that is told.
fn parameter(node: &OperatorNode, name: &str, span: Span) -> Result<Option<&'static str>, Box<Diagnostic>> {
    let configured = signature(&node.op.value).and_then(|own| (own.registration.configure)(node.with.to_value()).ok());
    let Some(configured) = configured else { return Ok(None) };
    let fault = |message: String| Diagnostic::error("graph::steps", message).label(span, "read here");
    let Shape::Step(operator) = &configured.shape else {
        let fault = fault(format!("`{}` makes no steps: there is no `{name}`", node_of(name)));
        return Err(Box::new(fault.help(format!("write `{}`", node_of(name)))));
    };
    let Some(parameter) = operator.prolonged_by() else {
        let message = format!("`{}` depends on how many steps it makes: it is never as `{name}`", node_of(name));
        let advice = format!(
            "`millrace operators {}` says when the first steps of a longer one are a shorter one",
            node.op.value
        );
        return Err(Box::new(fault(message).help(advice)));
    };
    match operator.steps() {
        Some(all) if all >= steps_of(name) => Ok(Some(parameter)),
        Some(all) => {
            let message = format!("`{}` makes {all} steps: there is no `{name}`", node_of(name));
            Err(Box::new(fault(message).help("read it at fewer steps, or let it make more")))
        }
        None => {
            let message = format!("`{}` does not say how many steps it makes", node_of(name));
            Err(Box::new(fault(message).help(format!("give it `{parameter}`"))))
        }
    }
}

/// The node with another number of steps.
fn at(node: &OperatorNode, parameter: &str, steps: u64) -> OperatorNode {
    let mut node = node.clone();
    let span = node.with.span;
    if let Kind::Mapping(mapping) = &mut node.with.kind {
        let scalar = Scalar { text: steps.to_string(), value: steps.into(), plain: true };
        mapping.remove(parameter);
        let key = Spanned { value: parameter.to_owned(), span };
        mapping.entries.push(Entry { key, value: Tree::new(span, Kind::Scalar(scalar)) });
    }
    node
}

fn node_of(name: &str) -> &str {
    name.split_once('@').map_or(name, |(node, _)| node)
}

fn steps_of(name: &str) -> u64 {
    name.split_once('@').and_then(|(_, steps)| steps.parse().ok()).unwrap_or(0)
}
