//! Blocks: `repeat`, `carry`, `nodes`.

use super::super::declaration::{Block, Carry, NodeDeclaration, Reference};
use super::super::keys::{CARRY, resolved_mapping_of, wrong_type};
use super::super::name::check_node_name;
use super::super::reference;
use super::super::tree::{Entry, Mapping, Spanned};
use super::super::variable::{is_undefined, is_unresolved};
use super::node::declare_nodes;
use crate::diagnostic::Diagnostic;

/// How many rounds a block may have.
const ROUNDS: std::ops::RangeInclusive<u64> = 1..=1000;

/// Reads a block. None where a part without which nothing can be said of it is missing or wrong.
pub(super) fn declare_block(entry: &Entry, mapping: &Mapping, faults: &mut Vec<Diagnostic>) -> Option<Block> {
    report_operator_keys(&entry.key.value, mapping, faults);
    let repeat = declare_repeat(entry, mapping, faults);
    let nodes = declare_block_nodes(entry, mapping, faults);
    let carry = declare_carry(mapping, faults);
    if let (Some(nodes), Some(carry)) = (&nodes, &carry) {
        report_hidden(carry, nodes, faults);
    }
    Some(Block { repeat: repeat?, carry: carry?, nodes: nodes? })
}

fn report_operator_keys(name: &str, mapping: &Mapping, faults: &mut Vec<Diagnostic>) {
    for entry in ["inputs", "with", "run"].iter().filter_map(|key| mapping.entry(key)) {
        let message = format!("the block `{name}` has no `{}`", entry.key.value);
        let fault = Diagnostic::error("manifest::node_kind", message).label(entry.key.span, "only a node has it");
        faults.push(fault.help("write it at the nodes of the block; what comes from outside is read by name"));
    }
}

fn declare_repeat(block: &Entry, mapping: &Mapping, faults: &mut Vec<Diagnostic>) -> Option<Spanned<u32>> {
    let Some(entry) = mapping.entry("repeat") else {
        faults.push(missing_part(block, "repeat", "repeat: 3"));
        return None;
    };
    if is_unresolved(&entry.value) {
        return None;
    }
    let number = entry.value.as_scalar().map(|scalar| &scalar.value).filter(|value| value.is_number());
    let Some(number) = number else {
        faults.push(wrong_type(&entry.key, &entry.value, "a number of rounds").help("as in `repeat: 3`"));
        return None;
    };
    match number.as_u64().filter(|rounds| ROUNDS.contains(rounds)).and_then(|rounds| u32::try_from(rounds).ok()) {
        Some(rounds) => Some(Spanned { value: rounds, span: entry.value.span }),
        None => {
            let text = entry.value.as_scalar().map_or("", |scalar| scalar.text.as_str());
            let message = format!("`repeat` is an integer from 1 to 1000, not {text}");
            let fault = entry.value.blame(Diagnostic::error("manifest::repeat_range", message), "out of range");
            faults.push(
                fault.help("every round becomes nodes of its own; for long loops use an operator that has steps"),
            );
            None
        }
    }
}

fn declare_block_nodes(block: &Entry, mapping: &Mapping, faults: &mut Vec<Diagnostic>) -> Option<Vec<NodeDeclaration>> {
    let Some(entry) = mapping.entry("nodes").filter(|entry| !entry.value.is_null()) else {
        faults.push(missing_part(block, "nodes", "nodes: {name: {op: ...}}"));
        return None;
    };
    let nodes = resolved_mapping_of(entry, "names and nodes", faults)?;
    if nodes.entries.is_empty() {
        faults.push(missing_part(block, "nodes", "nodes: {name: {op: ...}}"));
        return None;
    }
    Some(declare_nodes(nodes, faults))
}

fn missing_part(block: &Entry, key: &str, example: &str) -> Diagnostic {
    let message = format!("the block `{}` has no `{key}`", block.key.value);
    let fault = Diagnostic::error("manifest::missing_key", message).label(block.key.span, format!("needs `{key}`"));
    match block.value.replaces {
        Some(replaced) => fault.label(replaced, "a patch changes this"),
        None => fault,
    }
    .help(format!("add `{example}`"))
}

fn declare_carry(mapping: &Mapping, faults: &mut Vec<Diagnostic>) -> Option<Vec<Carry>> {
    let Some(entry) = mapping.entry("carry").filter(|entry| !entry.value.is_null()) else { return Some(Vec::new()) };
    let carried = resolved_mapping_of(entry, "names, each with `first` and `then`", faults)?;
    let carried: Vec<_> = carried.entries.iter().map(|entry| declare_carried(entry, faults)).collect();
    carried.into_iter().collect()
}

fn declare_carried(entry: &Entry, faults: &mut Vec<Diagnostic>) -> Option<Carry> {
    faults.extend(check_node_name(&entry.key));
    let help = "write `name: {first: a node before the block, then: a node of the block}`";
    let Some(mapping) = entry.value.as_mapping() else {
        let fault = || wrong_type(&entry.key, &entry.value, "a mapping with `first` and `then`").help(help);
        faults.extend((!is_undefined(&entry.value)).then(fault));
        return None;
    };
    CARRY.check(mapping, faults);
    let first = carried_reference(entry, mapping, "first", faults);
    let then = carried_reference(entry, mapping, "then", faults);
    Some(Carry { name: entry.key.clone(), first: first?, then: then? })
}

fn carried_reference(
    carried: &Entry,
    mapping: &Mapping,
    key: &str,
    faults: &mut Vec<Diagnostic>,
) -> Option<Spanned<Reference>> {
    let Some(entry) = mapping.entry(key) else {
        let message = format!("the carried value `{}` has no `{key}`", carried.key.value);
        let fault = Diagnostic::error("manifest::missing_key", message);
        let help = "`first` is what it is in round 1, `then` what the round before gives";
        faults.push(fault.label(carried.key.span, format!("needs `{key}`")).help(help));
        return None;
    };
    if is_unresolved(&entry.value) {
        return None;
    }
    reference::read(&entry.value, &format!("`{key}`")).map_err(|fault| faults.push(fault)).ok()
}

/// A carried value and a node of the block may not share a name: a reference could mean either.
fn report_hidden(carry: &[Carry], nodes: &[NodeDeclaration], faults: &mut Vec<Diagnostic>) {
    for carried in carry {
        if let Some(node) = nodes.iter().find(|node| node.name.value == carried.name.value) {
            let message = format!("`{}` is both carried and a node of the block", carried.name.value);
            let fault = Diagnostic::error("manifest::duplicate_name", message).label(carried.name.span, "carried");
            let fault = fault.label(node.name.span, "a node of the block");
            faults.push(fault.help("rename one of them: a reference must mean one thing"));
        }
    }
}
