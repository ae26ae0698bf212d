//! Loops written out: every round of a block becomes nodes of its own, in a scope of its own.
//!
//! Owns names and where they can be seen from. Knows no operator.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Span};
use crate::manifest::{Block, Carry, Manifest, NodeDeclaration, NodeKind, OperatorNode, Spanned};

/// The most nodes that a pipeline may have once its loops are written out.
const MOST_NODES: u64 = 100_000;

/// Every node of every round, and the scopes that they resolve names in.
#[derive(Default)]
pub(super) struct Unrolled<'m> {
    /// The declarations in the order of the text; a block's nodes stand here once.
    pub(super) templates: Vec<Template<'m>>,
    /// The nodes in the order of the text, round after round.
    pub(super) drafts: Vec<Draft>,
    /// The manifest's own scope first, then one for every round of every block.
    pub(super) scopes: Vec<Scope<'m>>,
    /// Further spellings of nodes in loops: `block.node` is the last round's.
    pub(super) aliases: BTreeMap<String, usize>,
}

/// A node as the manifest declares it.
pub(super) struct Template<'m> {
    pub(super) name: &'m Spanned<String>,
    pub(super) node: &'m OperatorNode,
    /// The keys that lead to it in the resolved document.
    pub(super) path: Vec<&'m str>,
}

/// A node of the graph to be.
pub(super) struct Draft {
    /// `node`, or `block[2].node`.
    pub(super) name: String,
    pub(super) template: usize,
    pub(super) scope: usize,
}

/// The manifest's nodes, or those of one round of a block.
pub(super) struct Scope<'m> {
    pub(super) outer: Option<usize>,
    /// The keys that lead to the block; none for the manifest itself.
    pub(super) path: Vec<&'m str>,
    pub(super) names: IndexMap<&'m str, Binding>,
    pub(super) carry: &'m [Carry],
    /// The scope of the round before.
    pub(super) previous: Option<usize>,
}

/// What a name of a scope stands for.
pub(super) enum Binding {
    /// A node, by its place in [`Unrolled::drafts`].
    Node(usize),
    /// A block, by the scopes of its rounds.
    Block(Vec<usize>),
    /// Something whose fault has been told.
    Broken,
}

/// Writes the loops out.
pub(super) fn unroll(manifest: &Manifest) -> Result<Unrolled<'_>, Diagnostic> {
    let count = count(&manifest.nodes);
    if count > MOST_NODES {
        return Err(too_many(manifest, count));
    }
    let mut unroller = Unroller::default();
    let whole = Frame { outer: None, previous: None, name: String::new(), spellings: Vec::new(), path: Vec::new() };
    unroller.scope(&manifest.nodes, &[], whole);
    Ok(unroller.unrolled)
}

fn count(nodes: &[NodeDeclaration]) -> u64 {
    let each = nodes.iter().map(|declaration| match &declaration.kind {
        NodeKind::Operator(_) | NodeKind::Broken => 1,
        NodeKind::Block(block) => count(&block.nodes).saturating_mul(u64::from(block.repeat.value)),
    });
    each.fold(0, u64::saturating_add)
}

fn too_many(manifest: &Manifest, count: u64) -> Diagnostic {
    let message = format!("the loops make more than {MOST_NODES} nodes");
    let rounds = manifest.nodes.iter().filter_map(|declaration| match &declaration.kind {
        NodeKind::Block(block) => Some((block.repeat.value, block.repeat.span)),
        NodeKind::Operator(_) | NodeKind::Broken => None,
    });
    let largest: Option<(u32, Span)> = rounds.max_by_key(|(repeat, _)| *repeat);
    let fault = Diagnostic::error("graph::too_many_nodes", message).help("repeat less often, or nest fewer loops");
    largest.into_iter().fold(fault, |fault, (_, span)| fault.label(span, format!("{count} nodes in all")))
}

#[derive(Default)]
struct Unroller<'m> {
    unrolled: Unrolled<'m>,
    by_path: BTreeMap<Vec<&'m str>, usize>,
}

/// Where a scope stands.
struct Frame<'m> {
    outer: Option<usize>,
    previous: Option<usize>,
    /// What stands before the names of its nodes: `block[2].`.
    name: String,
    /// What else may stand there: `block.`.
    spellings: Vec<String>,
    path: Vec<&'m str>,
}

impl<'m> Unroller<'m> {
    fn scope(&mut self, nodes: &'m [NodeDeclaration], carry: &'m [Carry], frame: Frame<'m>) -> usize {
        let id = self.unrolled.scopes.len();
        let Frame { outer, previous, .. } = frame;
        let path = frame.path.clone();
        self.unrolled.scopes.push(Scope { outer, path, names: IndexMap::new(), carry, previous });
        for declaration in nodes {
            let mut path = frame.path.clone();
            path.extend(["nodes", declaration.name.value.as_str()]);
            let binding = match &declaration.kind {
                NodeKind::Operator(node) => Binding::Node(self.node(&declaration.name, node, path, id, &frame)),
                NodeKind::Block(block) => Binding::Block(self.block(&declaration.name.value, block, &path, id, &frame)),
                NodeKind::Broken => Binding::Broken,
            };
            self.unrolled.scopes[id].names.insert(&declaration.name.value, binding);
        }
        for carried in carry {
            // A carried name that is a node's too has been told, and means neither.
            self.unrolled.scopes[id].names.entry(&carried.name.value).and_modify(|binding| *binding = Binding::Broken);
        }
        id
    }

    fn node(
        &mut self,
        name: &'m Spanned<String>,
        node: &'m OperatorNode,
        path: Vec<&'m str>,
        scope: usize,
        frame: &Frame<'m>,
    ) -> usize {
        let templates = &mut self.unrolled.templates;
        let template = *self.by_path.entry(path.clone()).or_insert_with(|| {
            templates.push(Template { name, node, path });
            templates.len() - 1
        });
        let draft = self.unrolled.drafts.len();
        let own = format!("{}{}", frame.name, name.value);
        self.unrolled.drafts.push(Draft { name: own, template, scope });
        let others = frame.spellings.iter().map(|prefix| (format!("{prefix}{}", name.value), draft));
        self.unrolled.aliases.extend(others);
        draft
    }

    fn block(&mut self, name: &str, block: &'m Block, path: &[&'m str], outer: usize, frame: &Frame<'m>) -> Vec<usize> {
        let mut rounds: Vec<usize> = Vec::new();
        for round in 1..=block.repeat.value {
            let mut spellings: Vec<String> =
                frame.spellings.iter().map(|prefix| format!("{prefix}{name}[{round}].")).collect();
            if round == block.repeat.value {
                spellings.push(format!("{}{name}.", frame.name));
                spellings.extend(frame.spellings.iter().map(|prefix| format!("{prefix}{name}.")));
            }
            let inner = Frame {
                outer: Some(outer),
                previous: rounds.last().copied(),
                name: format!("{}{name}[{round}].", frame.name),
                spellings,
                path: path.to_vec(),
            };
            rounds.push(self.scope(&block.nodes, &block.carry, inner));
        }
        rounds
    }
}
