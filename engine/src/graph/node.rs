//! The checked graph.

use std::collections::BTreeMap;

use super::RunSettings;
use crate::diagnostic::Span;
use crate::operator::{Configured, ExternalFiles, Registration};
use crate::port::OutputTypes;

/// A checked pipeline. Nodes stand in topological order; among the possible ones, in that of the manifest.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The pipeline's name.
    pub name: String,
    /// Its nodes, loops unrolled.
    pub nodes: Vec<Node>,
    /// `block.node` to the last round's node, `block[2].node` being a node's own name.
    pub aliases: BTreeMap<String, usize>,
    /// Where external files are looked for.
    pub files: ExternalFiles,
    /// The manifest's `report`, its names resolved to `(label, node index, metric)`.
    pub metrics: Vec<(String, usize, String)>,
}

/// A node, configured.
#[derive(Clone)]
pub struct Node {
    /// Its name; in a loop `block[round].node`, rounds counted from 1.
    pub name: String,
    /// Its operator as registered.
    pub registration: &'static Registration,
    /// Its operator as configured.
    pub configured: Configured,
    /// Its edges by input port.
    pub inputs: BTreeMap<String, EdgeFrom>,
    /// The types of its outputs; none where a missing external file decides them.
    pub outputs: OutputTypes,
    /// What does not change its result.
    pub run: RunSettings,
    /// The seed of its random numbers; it counts only where the operator declares randomness.
    pub seed: u64,
    /// Where the manifest declares it.
    pub place: Span,
}

/// The output that an edge comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeFrom {
    /// The producer's place in [`Graph::nodes`], always a smaller one.
    pub node: usize,
    /// The producer's output port.
    pub output: String,
}

impl Graph {
    /// The node of this name; `block.node` is the last round's.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        let own = self.nodes.iter().position(|node| node.name == name);
        own.or_else(|| self.aliases.get(name).copied())
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = formatter.debug_struct("Node");
        debug.field("name", &self.name).field("op", &self.registration.name).field("inputs", &self.inputs);
        debug.field("config", &self.configured.config).finish_non_exhaustive()
    }
}
