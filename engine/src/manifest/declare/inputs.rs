//! `inputs`: the edges into a node.

use super::super::declaration::Edge;
use super::super::keys::wrong_type;
use super::super::name::is_name;
use super::super::reference;
use super::super::tree::{Entry, Kind, Tree};
use super::super::variable::is_unresolved;
use crate::diagnostic::Diagnostic;

/// Reads `inputs`. None where an edge cannot be read: what the node gets is unknown then.
pub(super) fn declare_inputs(entry: Option<&Entry>, faults: &mut Vec<Diagnostic>) -> Option<Vec<Edge>> {
    let Some(entry) = entry.filter(|entry| !entry.value.is_null()) else { return Some(Vec::new()) };
    match &entry.value.kind {
        Kind::Scalar(_) => read(None, &entry.value, "an input", faults).map(|edge| vec![edge]),
        Kind::Mapping(mapping) => {
            let given = mapping.entries.iter().filter(|port| !port.value.is_null());
            let edges: Vec<_> = given.map(|port| port_edge(port, faults)).collect();
            edges.into_iter().collect()
        }
        Kind::Sequence(_) => {
            let help = "write the node's name where there is one input, and `{port: node}` where there are several";
            faults.push(wrong_type(&entry.key, &entry.value, "a name or a mapping of ports").help(help));
            None
        }
    }
}

fn port_edge(port: &Entry, faults: &mut Vec<Diagnostic>) -> Option<Edge> {
    if !is_name(&port.key.value) {
        let message = format!("`{}` cannot be the name of an input", port.key.value);
        let fault = Diagnostic::error("manifest::port_name", message).label(port.key.span, "not a name");
        faults.push(fault.help("write `port: node`; `millrace operators NAME` lists the ports"));
        return None;
    }
    read(Some(port), &port.value, &format!("the input `{}`", port.key.value), faults)
}

fn read(port: Option<&Entry>, from: &Tree, what: &str, faults: &mut Vec<Diagnostic>) -> Option<Edge> {
    if is_unresolved(from) {
        return None;
    }
    match reference::read(from, what) {
        Ok(reference) => {
            Some(Edge { port: port.map(|port| port.key.clone()), from: reference, replaces: from.replaces })
        }
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}
