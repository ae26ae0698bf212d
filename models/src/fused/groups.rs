//! The sequences of a pass in groups, each of which a thread computes from tokens to logits. Owns who is in which. Threads that
//! share every product of a small model wait for each other longer than they compute.

use super::batch::Batch;
use super::heads::Heads;
use super::pages::{Pages, Sequence};
use super::threads;
use crate::generate::Piece;

/// Sequences that are computed together.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) batch: Batch<'a>,
    /// Of each piece.
    pub(crate) sequences: Vec<Sequence<'a>>,
}

impl<'a> Group<'a> {
    fn new(pieces: &'a [Piece<'a>], pages: &mut Pages) -> Self {
        let sequences = pieces.iter().map(|piece| pages.lend(piece)).collect();
        Self { batch: Batch::new(pieces, pages.heads()), sequences }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.batch.rows()
    }

    /// How many of them give logits.
    pub(crate) fn wanted(&self) -> usize {
        self.batch.pieces.iter().map(|piece| piece.wanted.rows(piece.tokens.len())).sum()
    }
}

/// The pieces of a pass in as many groups as are worth a thread, one after the other and about as much work each. A token is
/// so much work in the largest product, and in all.
pub(crate) fn groups<'a>(pieces: &'a [Piece<'a>], [largest, all]: [usize; 2], pages: &mut Pages) -> Vec<Group<'a>> {
    let rows = pieces.iter().map(|piece| piece.tokens.len()).sum();
    let count = threads::groups(rows, largest, all).min(pieces.len()).max(1);
    let cost = cost(all, pages.heads(), pages.layers());
    divided(pieces, count, cost).into_iter().map(|pieces| Group::new(pieces, pages)).collect()
}

/// What a piece costs: its products, and those with everything that its last token sees.
fn cost(all: usize, heads: Heads, layers: usize) -> impl Fn(&Piece<'_>) -> usize {
    let each = 2 * layers * heads.queries * heads.width;
    move |piece| piece.tokens.len() * (all + each * (piece.start + piece.tokens.len()))
}

/// Parts that follow each other, none of which is empty.
fn divided<T>(mut rest: &[T], count: usize, cost: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut left: usize = rest.iter().map(&cost).sum();
    let mut parts = Vec::new();
    for others in (1..count).rev() {
        let (mut taken, mut own) = (1, cost(&rest[0]));
        // Whoever is more than half within the share belongs to it.
        while taken + others < rest.len() && (own + cost(&rest[taken]) / 2) * (others + 1) <= left {
            own += cost(&rest[taken]);
            taken += 1;
        }
        parts.push(rest.split_off(..taken).expect("a piece is left for each of the others"));
        left -= own;
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_about_as_much_work_each() {
        let parts = |costs: &[usize], count| -> Vec<Vec<usize>> {
            divided(costs, count, |cost| *cost).into_iter().map(<[usize]>::to_vec).collect()
        };
        assert_eq!(parts(&[1; 7], 2), [vec![1; 4], vec![1; 3]]);
        assert_eq!(parts(&[9, 1, 1, 1], 2), [vec![9], vec![1, 1, 1]]);
        assert_eq!(parts(&[1, 1, 1, 9], 2), [vec![1, 1, 1], vec![9]]);
        assert_eq!(parts(&[1, 1, 9], 3), [[1], [1], [9]]);
        assert_eq!(parts(&[3, 3, 3, 3, 3, 3], 3), [[3, 3], [3, 3], [3, 3]]);
        assert_eq!(parts(&[5], 1), [[5]]);
        assert_eq!(parts(&[], 1), [Vec::<usize>::new()]);
    }
}
