//! A tree of steps as it grows, and the values that leaves give to what is above them.
//!
//! Knows neither where steps come from nor which of them should be followed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a node makes of the leaves below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Backup {
    /// Their mean, each leaf counting once (Monte Carlo).
    #[default]
    Mean,
    /// The greatest.
    Max,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What was asked.
    Root,
    /// What the model wrote.
    Step,
    /// What its code gave.
    Output,
}

/// A text on its way into the tree.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grown {
    pub(super) kind: Kind,
    pub(super) role: Option<String>,
    pub(super) text: String,
    /// What the model wrote for it when it was first drawn.
    pub(super) tokens: u64,
    /// All that is read and written up to its end.
    pub(super) length: u64,
    /// The mean over its tokens.
    pub(super) log_probability: Option<f64>,
}

/// How a path ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    pub(super) status: &'static str,
    pub(super) message: Option<String>,
    /// From 0 to 1; nothing where it is not known.
    pub(super) value: Option<f64>,
    /// How many paths ended there.
    pub(super) paths: u64,
}

/// A node.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) grown: Grown,
    pub(super) parent: Option<usize>,
    pub(super) depth: usize,
    pub(super) children: Vec<usize>,
    pub(super) leaf: Option<Leaf>,
    /// What the model wrote for it, as often as it was drawn.
    pub(super) spent: u64,
    /// How many of its children were drawn, those included that had been there.
    pub(super) drawn: u64,
    /// Whether nothing else follows it than what does.
    pub(super) closed: bool,
    /// Leaves with a value below it, itself included.
    pub(super) visits: u64,
    total: f64,
    best: f64,
}

/// A tree.
#[derive(Clone, Debug)]
pub(super) struct Growth {
    nodes: Vec<Node>,
    backup: Backup,
    /// How many children a node has at most.
    branch: usize,
    /// How deep a node lies at most.
    depth: usize,
}

impl Growth {
    /// The root, which has no text.
    pub(super) fn new(backup: Backup, branch: usize, depth: usize) -> Self {
        let text = String::new();
        let root = Grown { kind: Kind::Root, role: None, text, tokens: 0, length: 0, log_probability: None };
        Self { nodes: vec![Node::new(root, None, 0)], backup, branch, depth }
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    pub(super) fn node_mut(&mut self, index: usize) -> &mut Node {
        &mut self.nodes[index]
    }

    /// Adds a child, and gives its number.
    pub(super) fn add(&mut self, parent: usize, grown: Grown) -> usize {
        let index = self.nodes.len();
        let depth = self.nodes[parent].depth + 1;
        // What code gave does not have a choice beside it.
        self.nodes[parent].closed |= grown.kind == Kind::Output;
        self.nodes[parent].children.push(index);
        self.nodes.push(Node::new(grown, Some(parent), depth));
        index
    }

    /// Ends a path.
    pub(super) fn end(&mut self, index: usize, leaf: Leaf) {
        self.nodes[index].leaf = Some(leaf);
        self.arrive(index);
    }

    /// Tells a leaf and everything above it that a path ended there.
    pub(super) fn arrive(&mut self, index: usize) {
        let Some(leaf) = &mut self.nodes[index].leaf else { return };
        let Some(value) = leaf.value else { return };
        leaf.paths += 1;
        let mut next = Some(index);
        while let Some(node) = next.map(|index| &mut self.nodes[index]) {
            node.visits += 1;
            node.total += value;
            node.best = node.best.max(value);
            next = node.parent;
        }
    }

    /// What a node is worth; nothing where no leaf below it has a value.
    pub(super) fn value(&self, index: usize) -> Option<f64> {
        let node = &self.nodes[index];
        let worth = match self.backup {
            Backup::Mean => node.total / node.visits as f64,
            Backup::Max => node.best,
        };
        (node.visits > 0).then_some(worth)
    }

    /// What a node may be worth once up to so many leaves were added below it: the least, and the greatest.
    pub(super) fn bounds(&self, index: usize, leaves: u64) -> (f64, f64) {
        let node = &self.nodes[index];
        let (Some(value), true) = (self.value(index), self.is_open(index)) else {
            let known = self.value(index);
            return known.map_or((0.0, 1.0), |value| (value, value));
        };
        let (visits, all) = (node.visits as f64, (node.visits + leaves) as f64);
        match self.backup {
            Backup::Mean => (value * visits / all, (value * visits + leaves as f64) / all),
            Backup::Max => (value, if leaves > 0 { 1.0 } else { value }),
        }
    }

    /// Whether a node can have one more child.
    pub(super) fn has_room(&self, index: usize) -> bool {
        let node = &self.nodes[index];
        node.leaf.is_none() && !node.closed && node.children.len() < self.branch && node.depth < self.depth
    }

    /// Whether it or a node below it can.
    pub(super) fn is_open(&self, index: usize) -> bool {
        self.has_room(index) || self.nodes[index].children.iter().any(|child| self.is_open(*child))
    }

    /// How many children a node has at most.
    pub(super) fn branch(&self) -> usize {
        self.branch
    }

    /// A node and all above it, the root last.
    pub(super) fn above(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(index), |index| self.nodes[*index].parent)
    }

    /// All that was said up to a node's end, without what was asked.
    pub(super) fn text(&self, index: usize) -> String {
        let mut path: Vec<usize> = self.above(index).collect();
        path.reverse();
        path.into_iter().map(|index| self.nodes[index].grown.text.as_str()).collect()
    }

    /// Which child of which child it is: the same for the same step, in whatever order a tree grows.
    pub(super) fn place(&self, index: usize) -> String {
        let numbers = self.above(index).filter_map(|index| {
            let siblings = &self.nodes[self.nodes[index].parent?].children;
            siblings.iter().position(|sibling| *sibling == index).map(|number| number.to_string())
        });
        numbers.collect::<Vec<_>>().join("/")
    }

    /// The leaves, in the order of growth.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (usize, &Leaf)> {
        self.nodes.iter().enumerate().filter_map(|(index, node)| Some((index, node.leaf.as_ref()?)))
    }
}

impl Node {
    fn new(grown: Grown, parent: Option<usize>, depth: usize) -> Self {
        Self {
            spent: grown.tokens,
            grown,
            parent,
            depth,
            children: Vec::new(),
            leaf: None,
            drawn: 0,
            closed: false,
            visits: 0,
            total: 0.0,
            best: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> Grown {
        let text = text.to_owned();
        Grown { kind: Kind::Step, role: None, text, tokens: 1, length: 1, log_probability: None }
    }

    /// `a` forks into `b`, worth 1, and `c`, which forks into `d` and `e`, worth 0 and 0.5; `f` is worth 0.25 beside it all.
    fn tree(backup: Backup) -> Growth {
        let mut tree = Growth::new(backup, 2, 8);
        let a = tree.add(0, step("a"));
        let b = tree.add(a, step("b"));
        let c = tree.add(a, step("c"));
        let d = tree.add(c, step("d"));
        let e = tree.add(c, step("e"));
        let f = tree.add(0, step("f"));
        for (leaf, value) in [(b, Some(1.0)), (d, Some(0.0)), (e, Some(0.5)), (f, Some(0.25))] {
            tree.end(leaf, Leaf { status: "failed", message: None, value, paths: 0 });
        }
        tree
    }

    #[test]
    fn nodes_are_worth_the_mean_or_the_best_of_the_ways_over_them() {
        let values = |backup| {
            let tree = tree(backup);
            (0..=6).map(|index| tree.value(index).expect("each is on a path")).collect::<Vec<_>>()
        };
        // Each leaf counts once: `a` is worth what its three are, and not what its two children are.
        assert_eq!(values(Backup::Mean), [0.4375, 0.5, 1.0, 0.25, 0.0, 0.5, 0.25]);
        assert_eq!(values(Backup::Max), [1.0, 1.0, 1.0, 0.5, 0.0, 0.5, 0.25]);
        let tree = tree(Backup::Mean);
        assert_eq!((0..=6).map(|index| tree.node(index).visits).collect::<Vec<_>>(), [4, 3, 1, 2, 1, 1, 1]);
        assert_eq!((tree.text(5), tree.place(5)), ("ace".to_owned(), "1/1/0".to_owned()));
    }

    #[test]
    fn a_path_that_is_not_followed_is_worth_nothing_that_is_known() {
        let mut tree = tree(Backup::Mean);
        let pruned = tree.add(5, step("g"));
        tree.end(pruned, Leaf { status: "pruned", message: None, value: None, paths: 0 });
        assert_eq!((tree.value(pruned), tree.value(0), tree.node(0).visits), (None, Some(0.4375), 4));
    }
}
