//! Where the next path leaves those that are there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::formula::{Formula, Seen};
use super::growth::Growth;

/// How a tree grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Each path leaves the tree at the node that `formula` leads to from the root: at every node the best of its children
    /// is followed, or a further one is drawn, which is taken to be worth what its parent is.
    #[default]
    Mcts,
    /// Each path leaves the tree at the node that is worth most.
    BestFirst,
    /// Each path leaves the one before it as late as it can.
    DepthFirst,
    /// Each path goes its own way from the root, and is there as often as it was drawn: the answers that the model gives when it
    /// is asked as often. `branch` bounds nothing.
    Independent,
    /// All paths grow step by step together; of every depth's steps those are followed that the model finds likeliest.
    Beam,
}

impl Policy {
    /// The node from which the next path goes, of equals the one next to the root; nothing where no node has room.
    pub(super) fn leaving(self, tree: &Growth, formula: Formula) -> Option<usize> {
        match self {
            Self::Mcts => descend(tree, formula),
            Self::BestFirst => {
                let open = (0..tree.nodes().len()).filter(|index| tree.has_room(*index));
                let key = |index: usize| (tree.value(index).unwrap_or(0.0), tree.node(index).depth);
                open.map(|index| (index, key(index)))
                    .min_by(|(_, left), (_, right)| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)))
                    .map(|(index, _)| index)
            }
            Self::DepthFirst => {
                let last = tree.nodes().len() - 1;
                tree.above(last).find(|index| tree.has_room(*index))
            }
            // These do not leave what is there.
            Self::Independent | Self::Beam => Some(0),
        }
    }
}

fn descend(tree: &Growth, formula: Formula) -> Option<usize> {
    let mut at = 0;
    loop {
        let node = tree.node(at);
        let (parent_visits, value) = (node.visits, tree.value(at).unwrap_or(0.0));
        let even = 1.0 / tree.branch() as f64;
        let further =
            tree.has_room(at).then(|| (formula.of(Seen { value, visits: 0, parent_visits, likelihood: even }), None));
        let children = node.children.iter().filter(|child| tree.is_open(**child)).map(|child| {
            let own = tree.node(*child);
            let likelihood = own.grown.log_probability.map_or(even, f64::exp);
            let value = tree.value(*child).unwrap_or(0.0);
            (formula.of(Seen { value, visits: own.visits, parent_visits, likelihood }), Some(*child))
        });
        // The first of equals: what is next to the root, and what was drawn first.
        let best =
            further.into_iter().chain(children).reduce(|best, other| if other.0 > best.0 { other } else { best });
        match best?.1 {
            None => return Some(at),
            Some(child) => at = child,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::growth::{Backup, Grown, Kind, Leaf};
    use super::*;

    fn step(text: &str, log_probability: f64) -> Grown {
        let log_probability = Some(log_probability);
        Grown { kind: Kind::Step, role: None, text: text.to_owned(), tokens: 1, length: 1, log_probability }
    }

    /// A tree of two paths: `a` is worth 1, `bc` 0.
    fn tree() -> Growth {
        let mut tree = Growth::new(Backup::Mean, 2, 8);
        let a = tree.add(0, step("a", -0.1));
        let aa = tree.add(a, step("a", -0.1));
        tree.end(aa, Leaf { status: "passed", message: None, value: Some(1.0), paths: 0 });
        let b = tree.add(0, step("b", -2.0));
        let c = tree.add(b, step("c", -2.0));
        tree.end(c, Leaf { status: "failed", message: None, value: Some(0.0), paths: 0 });
        tree
    }

    #[test]
    fn each_policy_leaves_where_it_says() {
        let tree = tree();
        assert_eq!((tree.value(0), tree.value(1), tree.value(3)), (Some(0.5), Some(1.0), Some(0.0)));
        let leaving = |policy: Policy| policy.leaving(&tree, Formula::default());
        // The root is full; `a` is worth more, and likelier.
        assert_eq!(leaving(Policy::Mcts), Some(1));
        assert_eq!(leaving(Policy::BestFirst), Some(1));
        // The last path is `bc`, and `b` has room.
        assert_eq!(leaving(Policy::DepthFirst), Some(3));
    }

    #[test]
    fn of_equals_the_one_next_to_the_root_is_left() {
        let mut tree = Growth::new(Backup::Mean, 2, 8);
        assert_eq!(Policy::Mcts.leaving(&tree, Formula::default()), Some(0));
        let a = tree.add(0, step("a", -0.5));
        let end = tree.add(a, step("b", -0.5));
        tree.end(end, Leaf { status: "passed", message: None, value: Some(1.0), paths: 0 });
        for policy in [Policy::Mcts, Policy::BestFirst] {
            assert_eq!(policy.leaving(&tree, Formula::default()), Some(0), "{policy:?}");
        }
        assert_eq!(Policy::DepthFirst.leaving(&tree, Formula::default()), Some(a));
    }

    #[test]
    fn a_full_tree_is_left_nowhere() {
        let mut tree = Growth::new(Backup::Max, 1, 8);
        let a = tree.add(0, step("a", -0.5));
        tree.end(a, Leaf { status: "failed", message: None, value: Some(0.0), paths: 0 });
        for policy in [Policy::Mcts, Policy::BestFirst, Policy::DepthFirst] {
            assert_eq!(policy.leaving(&tree, Formula::default()), None, "{policy:?}");
        }
    }
}
