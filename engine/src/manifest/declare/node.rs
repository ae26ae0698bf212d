//! Nodes: which kind each is, and an operator's four keys.

use super::super::declaration::{NodeDeclaration, NodeKind, OperatorNode};
use super::super::keys::{NODE, wrong_type};
use super::super::name::check_node_name;
use super::super::tree::{Entry, Mapping, Spanned, Tree};
use super::super::variable::{is_undefined, is_unresolved};
use super::block::declare_block;
use super::inputs::declare_inputs;
use crate::diagnostic::{Diagnostic, Span};

/// The keys that make a node a block.
const BLOCK: [&str; 3] = ["repeat", "carry", "nodes"];

/// Reads a mapping of nodes. A node with a fault that leaves its ends open is there as broken.
pub(super) fn declare_nodes(mapping: &Mapping, faults: &mut Vec<Diagnostic>) -> Vec<NodeDeclaration> {
    let declared = mapping.entries.iter().map(|entry| {
        faults.extend(check_node_name(&entry.key));
        let kind = declare_kind(entry, faults).unwrap_or(NodeKind::Broken);
        NodeDeclaration { name: entry.key.clone(), kind }
    });
    declared.collect()
}

fn declare_kind(entry: &Entry, faults: &mut Vec<Diagnostic>) -> Option<NodeKind> {
    let Some(mapping) = entry.value.as_mapping() else {
        faults.extend((!is_undefined(&entry.value)).then(|| not_a_node(entry)));
        return None;
    };
    NODE.check(mapping, faults);
    let of_block = BLOCK.iter().find_map(|key| mapping.entry(key));
    match (mapping.entry("op"), of_block) {
        (Some(op), None) => declare_operator(op, mapping, faults).map(NodeKind::Operator),
        (None, Some(_)) => declare_block(entry, mapping, faults).map(NodeKind::Block),
        (Some(op), Some(other)) => {
            faults.push(both_kinds(&entry.key.value, op, other));
            None
        }
        (None, None) => {
            faults.push(neither_kind(entry));
            None
        }
    }
}

fn declare_operator(op: &Entry, mapping: &Mapping, faults: &mut Vec<Diagnostic>) -> Option<OperatorNode> {
    let name = op.value.as_str().filter(|_| !is_unresolved(&op.value));
    if name.is_none() && !is_unresolved(&op.value) {
        let help = "`millrace operators` lists them";
        faults.push(wrong_type(&op.key, &op.value, "the name of an operator").help(help));
    }
    let inputs = declare_inputs(mapping.entry("inputs"), faults);
    let with = settings(mapping.entry("with"), op.value.span, faults);
    let run = settings(mapping.entry("run"), op.value.span, faults);
    let inputs_place = mapping.entry("inputs").map_or(op.value.span, |entry| entry.key.span);
    let op = Spanned { value: name?.to_owned(), span: op.value.span };
    Some(OperatorNode { op, inputs: inputs?, inputs_place, with: with?, run: run? })
}

/// `with` or `run`: always a mapping. None where it is something else, or holds a variable that is not defined.
fn settings(entry: Option<&Entry>, otherwise: Span, faults: &mut Vec<Diagnostic>) -> Option<Tree> {
    let Some(entry) = entry else { return Some(Tree::empty_mapping(otherwise)) };
    if entry.value.is_null() {
        return Some(Tree { replaces: entry.value.replaces, ..Tree::empty_mapping(entry.key.span) });
    }
    if is_unresolved(&entry.value) {
        return None;
    }
    if entry.value.as_mapping().is_none() {
        let help = format!("write `{}: {{key: value}}`", entry.key.value);
        faults.push(wrong_type(&entry.key, &entry.value, "a mapping of parameters").help(help));
        return None;
    }
    Some(entry.value.clone())
}

fn not_a_node(entry: &Entry) -> Diagnostic {
    let name = &entry.key.value;
    let message = format!("the node `{name}` is {}, not a mapping", entry.value.described());
    let fault = Diagnostic::error("manifest::wrong_type", message);
    let fault = match entry.value.is_null() {
        true => fault.label(entry.key.span, "nothing follows"),
        false => entry.value.blame(fault, "not a mapping"),
    };
    match entry.value.as_str() {
        Some(text) if text.contains('.') && text.len() < 64 => fault.help(format!("write `{name}: {{op: {text}}}`")),
        _ => fault.help(format!("write `{name}: {{op: ...}}`")),
    }
}

fn both_kinds(name: &str, op: &Entry, other: &Entry) -> Diagnostic {
    let message = format!("`{name}` has both `op` and `{}`", other.key.value);
    let fault = Diagnostic::error("manifest::node_kind", message).label(op.key.span, "a node that runs an operator");
    let fault = fault.label(other.key.span, "a block of nodes");
    fault.help("a node has `op`; a block has `repeat`, `carry` and `nodes`, and its nodes have an `op` each")
}

fn neither_kind(entry: &Entry) -> Diagnostic {
    let name = &entry.key.value;
    let message = format!("`{name}` has neither `op` nor `repeat`");
    let fault = Diagnostic::error("manifest::node_kind", message);
    let Some(replaced) = entry.value.replaces else {
        let fault = fault.label(entry.key.span, "does nothing");
        return fault.help("name the operator that it runs: `op: ...`; `millrace operators` lists them");
    };
    let fault = fault.label(entry.value.span, "this replaces the whole node").label(replaced, "the node it replaces");
    fault.help(format!("to change one value only, write its path: `{name}.with.key: value`"))
}
