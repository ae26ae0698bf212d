//! Whether a tree still can give another pair than it would now.
//!
//! Owns the bounds of what further ways can change. Which pair a tree gives is `pair.siblings`' to say, whose rule this
//! follows: the parent with the greatest difference between its best and its worst child, of equals the one next to the
//! root, then the one that came first.

use std::cmp::Ordering;

use super::growth::{Growth, Kind};

/// A child's value, and within what bounds further ways can bring it.
#[derive(Clone, Copy, Debug)]
struct Child {
    value: f64,
    least: f64,
    greatest: f64,
}

/// Where a pair stands in the order of pairs: its difference, its parent's depth and number.
type Place = (f64, usize, usize);

/// Whether at most so many further ways change nothing of the pair that the tree gives.
pub(super) fn settled(tree: &Growth, ways: u64) -> bool {
    let depth = |parent: usize| tree.node(parent).depth;
    let place = |parent: usize| Some((difference(&children(tree, parent, ways))?, depth(parent), parent));
    let Some((now, _, parent)) = (0..tree.nodes().len()).filter_map(place).min_by(before) else { return false };
    let assured = assured(tree, parent, &children(tree, parent, ways), ways).filter(|_| now > 0.0);
    let Some(assured) = assured.map(|difference| (difference, depth(parent), parent)) else { return false };
    let others = (0..tree.nodes().len()).filter(|other| *other != parent);
    let known = others.map(|other| (possible(tree, other, ways), depth(other), other));
    // What one way adds, the next may leave again.
    let added = (0..tree.nodes().len()).filter(|index| ways > 1 && tree.has_room(*index));
    let added = added.map(|index| (1.0, depth(index) + 1, usize::MAX));
    known.chain(added).all(|other| before(&assured, &other) == Ordering::Less)
}

/// The greater difference first, then what is next to the root, then what came first.
fn before(left: &Place, right: &Place) -> Ordering {
    right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)).then(left.2.cmp(&right.2))
}

/// The steps that follow a node and have a value.
fn children(tree: &Growth, parent: usize, ways: u64) -> Vec<Child> {
    let steps = tree.node(parent).children.iter().filter(|child| tree.node(**child).grown.kind == Kind::Step);
    let known = steps.filter_map(|child| {
        let (least, greatest) = tree.bounds(*child, ways);
        Some(Child { value: tree.value(*child)?, least, greatest })
    });
    known.collect()
}

fn difference(children: &[Child]) -> Option<f64> {
    let (best, worst) = extremes(children)?;
    Some(children[best].value - children[worst].value)
}

/// The best and the worst, of equals the first.
fn extremes(children: &[Child]) -> Option<(usize, usize)> {
    if children.len() < 2 {
        return None;
    }
    let first = |better: fn(f64, f64) -> bool| {
        (1..children.len()).fold(0, |at, next| if better(children[next].value, children[at].value) { next } else { at })
    };
    Some((first(|next, at| next > at), first(|next, at| next < at)))
}

/// The least difference that a parent will have, if its best and its worst child remain what they are.
fn assured(tree: &Growth, parent: usize, children: &[Child], ways: u64) -> Option<f64> {
    let (best, worst) = extremes(children)?;
    let remain = children.iter().enumerate().all(|(index, child)| {
        let stays_best = index == best || child.greatest < children[best].least;
        let stays_best = stays_best || (child.greatest == children[best].least && index > best);
        let stays_worst = index == worst || child.least > children[worst].greatest;
        stays_best && (stays_worst || (child.least == children[worst].greatest && index > worst))
    });
    // One more child comes behind all that are there, and is worth anything.
    let grows = ways > 0 && tree.has_room(parent);
    let outdone = grows && (children[best].least < 1.0 || children[worst].greatest > 0.0);
    (remain && !outdone).then_some(children[best].least - children[worst].greatest)
}

/// The greatest difference that a node's children can come to.
fn possible(tree: &Growth, parent: usize, ways: u64) -> f64 {
    let children = children(tree, parent, ways);
    let room = tree.branch().saturating_sub(tree.node(parent).children.len()) as u64;
    let further = if tree.is_open(parent) { room.min(ways) } else { 0 };
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

    const WAYS: u64 = 6;

    /// The parent, the best and the worst child of the pair that a tree gives.
    fn pair(tree: &Growth) -> Option<(usize, usize, usize)> {
        let place = |parent: usize| Some((difference(&children(tree, parent, 0))?, tree.node(parent).depth, parent));
        let (difference, _, parent) = (0..tree.nodes().len()).filter_map(place).min_by(before)?;
        let (best, worst) = extremes(&children(tree, parent, 0))?;
        let own = &tree.node(parent).children;
        (difference > 0.0).then(|| (parent, own[best], own[worst]))
    }

    /// Adds a way of so many steps that is worth so much; gives whether there was room for it.
    fn grow(tree: &mut Growth, policy: Policy, (steps, value): (usize, f64)) -> bool {
        let Some(mut at) = policy.leaving(tree, Formula::default()) else { return false };
        for _ in 0..steps {
            let text = tree.nodes().len().to_string();
            let step = Grown { kind: Kind::Step, role: None, text, tokens: 1, length: 1, log_probability: None };
            at = tree.add(at, step);
        }
        tree.end(at, Leaf { status: "passed", message: None, value: Some(value), ways: 0 });
        true
    }

    fn way() -> impl Strategy<Value = (usize, f64)> {
        (1..4_usize, prop_oneof![Just(0.0), Just(0.5), Just(1.0)])
    }

    proptest! {
        #[test]
        fn what_is_settled_does_not_change(
            ways in prop::collection::vec(way(), WAYS as usize),
            branch in 2..4_usize,
            backup in prop_oneof![Just(Backup::Mean), Just(Backup::Max)],
            policy in prop_oneof![Just(Policy::Mcts), Just(Policy::BestFirst), Just(Policy::DepthFirst)],
        ) {
            let mut tree = Growth::new(backup, branch, 8);
            let mut promised = None;
            for (way, left) in ways.into_iter().zip((0..WAYS).rev()) {
                if !grow(&mut tree, policy, way) {
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
    fn a_tree_is_settled_before_its_last_way_where_nothing_can_outdo_its_pair() {
        let mut tree = Growth::new(Backup::Mean, 2, 8);
        for value in [1.0, 0.0] {
            assert!(!settled(&tree, 4));
            assert!(grow(&mut tree, Policy::BestFirst, (1, value)));
        }
        // Both ways have ended, and the root has no room.
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
