//! The tokens of a pass, one row each, whatever sequence they belong to. Owns which row is whose, and how attention is
//! divided into blocks of queries.

use super::heads::Heads;
use super::rows::{TALLEST, tall};
use crate::generate::Piece;

/// The pieces of a pass, laid end to end.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    pub(crate) pieces: &'a [Piece<'a>],
    /// Where each row's token stands in its sequence.
    pub(crate) positions: Vec<usize>,
    pub(crate) blocks: Vec<QueryBlock>,
}

/// Queries of one sequence that share a head of keys. They are numbered by token, and within a token by head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueryBlock {
    pub(crate) piece: usize,
    /// The first row of the piece.
    pub(crate) row: usize,
    /// The head of keys and values.
    pub(crate) head: usize,
    /// The first query.
    pub(crate) first: usize,
    /// How many queries there are.
    pub(crate) count: usize,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(pieces: &'a [Piece<'a>], heads: Heads) -> Self {
        let (mut positions, mut blocks) = (Vec::new(), Vec::new());
        for (index, piece) in pieces.iter().enumerate() {
            let (row, queries) = (positions.len(), piece.tokens.len() * heads.group());
            for head in 0..heads.shared {
                let block = |first: usize| {
                    let count = TALLEST.min(queries - first);
                    QueryBlock { piece: index, row, head, first, count }
                };
                blocks.extend((0..queries).step_by(TALLEST).map(block));
            }
            positions.extend(piece.start..piece.start + piece.tokens.len());
        }
        Self { pieces, positions, blocks }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.positions.len()
    }

    pub(crate) fn tokens(&self) -> impl Iterator<Item = u32> + '_ {
        self.pieces.iter().flat_map(|piece| piece.tokens).copied()
    }

    /// The rows whose logits are asked for.
    pub(crate) fn wanted(&self) -> Vec<usize> {
        let mut rows = Vec::new();
        let mut end = 0;
        for piece in self.pieces {
            end += piece.tokens.len();
            rows.extend(end - piece.wanted.rows(piece.tokens.len())..end);
        }
        rows
    }
}

impl QueryBlock {
    /// How many rows a tile for it has.
    pub(crate) fn tall(&self) -> usize {
        tall(self.count)
    }

    /// The row of the pass, and the head of queries, of each query.
    pub(crate) fn queries(&self, heads: Heads) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (row, head, group) = (self.row, self.head * heads.group(), heads.group());
        (self.first..self.first + self.count).map(move |query| (row + query / group, head + query % group))
    }
}
