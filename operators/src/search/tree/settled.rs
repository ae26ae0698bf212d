//! Whether a tree still can give another pair than it would now.
//!
//! Owns the bounds of what further paths can change. Which pair a tree gives is `search::contrast`'s to say.

use std::cmp::Ordering;

use super::growth::{Growth, Kind};
use crate::search::contrast::{self, Place};

/// A child's value, and within what bounds further paths can bring it.
#[derive(Clone, Copy, Debug)]
struct Child {
    value: f64,
    least: f64,
    greatest: f64,
}

/// Whether at most so many further paths change nothing of the pair that the tree gives.
pub(super) fn settled(tree: &Growth, paths: u64) -> bool {
    let Some(now) = first(tree, paths).filter(|now| now.difference > 0.0) else { return false };
    let children = children(tree, now.number, paths);
    let Some(difference) = assured(tree, now.number, &children, paths) else { return false };
    let depth = |parent: usize| tree.node(parent).depth;
    let others = (0..tree.nodes().len()).filter(|other| *other != now.number);
    let known =
        others.map(|other| Place { difference: possible(tree, other, paths), depth: depth(other), number: other });
    // What one path adds, the next may leave again.
    let added = (0..tree.nodes().len()).filter(|index| paths > 1 && tree.has_room(*index));
    let added = added.map(|index| Place { difference: 1.0, depth: depth(index) + 1, number: usize::MAX });
    let assured = Place { difference, ..now };
    known.chain(added).all(|other| assured.order(&other) == Ordering::Less)
}

/// The node whose steps are compared as the tree is now.
fn first(tree: &Growth, paths: u64) -> Option<Place> {
    let place = |number: usize| {
        let children = children(tree, number, paths);
        let (best, worst) = extremes(&children)?;
        let difference = children[best].value - children[worst].value;
        Some(Place { difference, depth: tree.node(number).depth, number })
    };
    (0..tree.nodes().len()).filter_map(place).min_by(Place::order)
}

/// The steps that follow a node and have a value.
fn children(tree: &Growth, parent: usize, paths: u64) -> Vec<Child> {
    let steps = tree.node(parent).children.iter().filter(|child| tree.node(**child).grown.kind == Kind::Step);
    let known = steps.filter_map(|child| {
        let (least, greatest) = tree.bounds(*child, paths);
        Some(Child { value: tree.value(*child)?, least, greatest })
    });
    known.collect()
}

fn extremes(children: &[Child]) -> Option<(usize, usize)> {
    contrast::extremes(&children.iter().map(|child| child.value).collect::<Vec<_>>())
}

/// The least difference that a parent will have, if its best and its worst child remain what they are.
fn assured(tree: &Growth, parent: usize, children: &[Child], paths: u64) -> Option<f64> {
    let (best, worst) = extremes(children)?;
    let remain = children.iter().enumerate().all(|(index, child)| {
        let stays_best = index == best || child.greatest < children[best].least;
        let stays_best = stays_best || (child.greatest == children[best].least && index > best);
        let stays_worst = index == worst || child.least > children[worst].greatest;
        stays_best && (stays_worst || (child.least == children[worst].greatest && index > worst))
    });
    // One more child comes behind all that are there, and is worth anything.
    let grows = paths > 0 && tree.has_room(parent);
    let outdone = grows && (children[best].least < 1.0 || children[worst].greatest > 0.0);
    (remain && !outdone).then_some(children[best].least - children[worst].greatest)
}

/// The greatest difference that a node's children can come to.
fn possible(tree: &Growth, parent: usize, paths: u64) -> f64 {
    let children = children(tree, parent, paths);
    let room = tree.branch().saturating_sub(tree.node(parent).children.len()) as u64;
    let further = if tree.is_open(parent) { room.min(paths) } else { 0 };
    let further = (0..further).map(|_| Child { value: 0.0, least: 0.0, greatest: 1.0 });
    let all: Vec<Child> = children.into_iter().chain(further).collect();
    let pairs = all.iter().enumerate().flat_map(|(at, best)| {
        let others = all.iter().enumerate().filter(move |(other, _)| *other != at);
        others.map(|(_, worst)| best.greatest - worst.least)
    });
    pairs.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::formula::Formula;
    use super::super::growth::{Backup, Grown, Leaf};
    use super::super::policy::Policy;
    use super::*;

    const PATHS: u64 = 6;

    /// The parent, the best and the worst child of the pair that a tree gives.
    fn pair(tree: &Growth) -> Option<(usize, usize, usize)> {
        let Place { difference, number, .. } = first(tree, 0)?;
        let (best, worst) = extremes(&children(tree, number, 0))?;
        let own = &tree.node(number).children;
        (difference > 0.0).then(|| (number, own[best], own[worst]))
    }

    /// Adds a path of so many steps that is worth so much; gives whether there was room for it.
    fn grow(tree: &mut Growth, policy: Policy, (steps, value): (usize, f64)) -> bool {
        let Some(mut at) = policy.leaving(tree, Formula::default()) else { return false };
        for _ in 0..steps {
            let text = tree.nodes().len().to_string();
            let step = Grown { kind: Kind::Step, role: None, text, tokens: 1, length: 1, log_probability: None };
            at = tree.add(at, step);
        }
        tree.end(at, Leaf { status: "passed", message: None, value: Some(value), paths: 0 });
        true
    }

    fn path() -> impl Strategy<Value = (usize, f64)> {
        (1..4_usize, prop_oneof![Just(0.0), Just(0.5), Just(1.0)])
    }

    proptest! {
        #[test]
        fn what_is_settled_does_not_change(
            paths in prop::collection::vec(path(), PATHS as usize),
            branch in 2..4_usize,
            backup in prop_oneof![Just(Backup::Mean), Just(Backup::Max)],
            policy in prop_oneof![Just(Policy::Mcts), Just(Policy::BestFirst), Just(Policy::DepthFirst)],
        ) {
            let mut tree = Growth::new(backup, branch, 8);
            let mut promised = None;
            for (path, left) in paths.into_iter().zip((0..PATHS).rev()) {
                if !grow(&mut tree, policy, path) {
                    break;
                }
                if let Some(promised) = promised {
                    prop_assert_eq!(pair(&tree), Some(promised));
                } else if settled(&tree, left) {
                    promised = pair(&tree);
                    prop_assert!(promised.is_some());
                }
            }
        }
    }

    #[test]
    fn a_tree_is_settled_before_its_last_path_where_nothing_can_outdo_its_pair() {
        let mut tree = Growth::new(Backup::Mean, 2, 8);
        for value in [1.0, 0.0] {
            assert!(!settled(&tree, 4));
            assert!(grow(&mut tree, Policy::BestFirst, (1, value)));
        }
        // Both paths have ended, and the root has no room.
        assert!(settled(&tree, 4));
        let mut tree = Growth::new(Backup::Mean, 2, 8);
        for value in [1.0, 0.0] {
            assert!(grow(&mut tree, Policy::BestFirst, (2, value)));
        }
        // The better step may turn out to be worth less.
        assert!(!settled(&tree, 1));
        assert!(settled(&tree, 0));
    }
}
