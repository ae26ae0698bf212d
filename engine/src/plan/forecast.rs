//! What nodes will take of the machine, told before any of them has worked. Owns the way along the edges; what there is to
//! know only operators know.

use std::collections::BTreeMap;

use crate::graph::{Graph, Node};
use crate::operator::{Known, Need, Outlook};

/// The room that each node of a graph takes while it works, by its name; nothing of nodes that cannot say.
#[must_use]
pub fn forecast(graph: &Graph) -> BTreeMap<String, Vec<Need>> {
    let mut known: Vec<Known> = Vec::new();
    let mut needs = BTreeMap::new();
    for node in &graph.nodes {
        let outlook = Outlook { inputs: inputs(node, &known), files: &graph.files, settings: &node.run.own };
        let operator = node.configured.operator();
        let own = operator.needs(&outlook);
        if !own.is_empty() {
            needs.insert(node.name.clone(), own);
        }
        known.push(operator.known(&outlook));
    }
    needs
}

fn inputs(node: &Node, known: &[Known]) -> Known {
    let edges = node.inputs.iter();
    edges.filter_map(|(port, edge)| Some((port.clone(), known[edge.node].get(&edge.output)?.clone()))).collect()
}
