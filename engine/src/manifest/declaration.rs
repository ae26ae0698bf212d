//! A manifest after patches and variables: nodes, blocks and edges, each with its place.

use std::collections::BTreeMap;

use super::tree::{Spanned, Tree};

/// One resolved pipeline: the file with its presets, one ablation's variant and `--set` applied, variables replaced.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The pipeline's name.
    pub name: Spanned<String>,
    /// The seed that operators with randomness derive theirs from.
    pub seed: u64,
    /// The seed that `report` gives, in this variant, to the nodes that it varies and to what follows them; the graph
    /// applies it.
    pub reseed: Option<u64>,
    /// Nodes and blocks in the order of the text; names are unique.
    pub nodes: Vec<NodeDeclaration>,
    /// What `ablate` measures.
    pub report: Option<Report>,
    /// The resolved document, for `run` to keep beside its results.
    pub tree: Tree,
}

/// A node or a block of nodes.
#[derive(Clone, Debug)]
pub struct NodeDeclaration {
    /// The key it stands under.
    pub name: Spanned<String>,
    /// An operator, or a bounded loop.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all of a manifest's few hundred nodes run an operator")]
pub enum NodeKind {
    /// A node that runs an operator.
    Operator(OperatorNode),
    /// A bounded loop over nodes.
    Block(Block),
    /// A node or block with a fault that has been reported. Its name exists, and nothing else is known of it: what
    /// refers to it is not at fault for that.
    Broken,
}

/// A node's four keys.
#[derive(Clone, Debug)]
pub struct OperatorNode {
    /// The operator's name.
    pub op: Spanned<String>,
    /// The edges into the node; an input patched to `null` is absent.
    pub inputs: Vec<Edge>,
    /// Where `inputs` stands, for faults about what is missing; the operator's place where the key is absent.
    pub inputs_place: crate::diagnostic::Span,
    /// What changes the result; always a mapping.
    pub with: Tree,
    /// What does not; always a mapping.
    pub run: Tree,
}

/// An edge into a node.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The input port; none where a bare node name feeds the one required port.
    pub port: Option<Spanned<String>>,
    /// Where the rows, or the artifact, come from.
    pub from: Spanned<Reference>,
    /// The place in the file that a patch re-wired.
    pub replaces: Option<crate::diagnostic::Span>,
}

/// A reference to a node's output: `node`, `node.output`, `block.node`, `block.node.output`, `block[2].node`, `node@500`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The text as written.
    pub text: String,
    /// The steps between the dots.
    pub steps: Vec<ReferenceStep>,
}

/// One step of a [`Reference`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceStep {
    /// A node, block or output name; `node@500` is the node as it is after 500 steps.
    pub name: String,
    /// The round in brackets, from 1.
    pub round: Option<u32>,
}

/// `repeat`, `carry`, `nodes`.
#[derive(Clone, Debug)]
pub struct Block {
    /// How many rounds, 1 to 1,000.
    pub repeat: Spanned<u32>,
    /// What goes from one round into the next.
    pub carry: Vec<Carry>,
    /// The nodes of a round.
    pub nodes: Vec<NodeDeclaration>,
}

/// One carried name.
#[derive(Clone, Debug)]
pub struct Carry {
    /// The name that the block's nodes read.
    pub name: Spanned<String>,
    /// What it is in the first round: a node outside the block.
    pub first: Spanned<Reference>,
    /// What it is afterwards: a node of the block, in the round before.
    pub then: Spanned<Reference>,
}

/// `report`: what `ablate` measures and over which seeds.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The seeds; empty for the manifest's own.
    pub seeds: Vec<u64>,
    /// Nodes that, with what follows them, get these seeds; empty for all.
    pub vary: Vec<Spanned<Reference>>,
    /// `node.metric` names, as written.
    pub metrics: Vec<Spanned<String>>,
}

/// The choice of what is resolved: presets by name, one ablation variant, `--set` arguments.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Presets, applied in this order.
    pub presets: Vec<String>,
    /// An ablation and, of its grid, the values that its sweeps take, by path.
    pub variant: Option<Variant>,
    /// `path=value` arguments, the value in YAML.
    pub sets: Vec<String>,
    /// A seed in place of the manifest's own.
    pub seed: Option<u64>,
}

/// One point of an ablation's grid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variant {
    /// The ablation's name in the manifest.
    pub ablation: String,
    /// For every path with `each`, the index of the value taken.
    pub choices: BTreeMap<String, usize>,
    /// What tables call it: the ablation's name, with `=value` for its only sweep or `path=value` for each of several.
    pub label: String,
}
