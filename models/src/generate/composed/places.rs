//! Where the keys of a batch of pieces lie. Owns the arithmetic, which is the same for all layers of a pass.

use std::cell::OnceCell;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::store::Shape;
use crate::decoder::{Positions, Run, Slots};
use crate::generate::Piece;

/// Where a batch reads and writes.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) positions: Positions,
    pub(super) slots: Slots,
    pub(super) rows: Vec<Row>,
    pub(super) written: Vec<Stretch>,
    device: Device,
    /// Made when the first layer of a card asks for them.
    moved: OnceCell<(Option<Tensor<1, Int>>, Tensor<2, Int>)>,
    seen: OnceCell<Tensor<1, Int>>,
}

/// What a row of the batch can look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its pages, as far as they are in use.
    pub(super) pages: Vec<usize>,
    /// How many tokens are in them.
    pub(super) length: usize,
}

/// Tokens of a row that lie side by side in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The row of the batch.
    pub(super) row: usize,
    /// The first of its columns.
    pub(super) column: usize,
    /// The page.
    pub(super) page: usize,
    /// The first place in the page.
    pub(super) first: usize,
    /// How many tokens there are.
    pub(super) count: usize,
}

impl Places {
    pub(super) fn new(pieces: &[Piece<'_>], shape: Shape, device: &Device) -> Self {
        let runs = pieces.iter().map(|piece| Run { start: piece.start, length: piece.tokens.len() }).collect();
        let row = |piece: &Piece<'_>| {
            let length = piece.start + piece.tokens.len();
            let pages = piece.pages[..length.div_ceil(shape.page_tokens)].iter().map(|page| page.0 as usize);
            Row { pages: pages.collect(), length }
        };
        let rows: Vec<Row> = pieces.iter().map(row).collect();
        let written = pieces.iter().enumerate().flat_map(|(row, piece)| stretches(row, piece, shape.page_tokens));
        Self {
            positions: Positions::new(runs),
            slots: Slots::whole(&rows.iter().map(|row| row.length).collect::<Vec<_>>()),
            written: written.collect(),
            rows,
            device: device.clone(),
            moved: OnceCell::new(),
            seen: OnceCell::new(),
        }
    }

    /// The numbers of the keys that are computed, padding left out, and the numbers that they have among all. Of the first
    /// there are none where it is all of them, one after another, as when each row reads its next token.
    ///
    /// # Shapes
    /// - results: `[keys]`, `[keys, 1]`
    pub(super) fn moved(&self, shape: Shape) -> (Option<Tensor<1, Int>>, Tensor<2, Int>) {
        let moved = || {
            let columns = self.positions.columns();
            let (mut from, mut to) = (Vec::new(), Vec::new());
            for Stretch { row, column, page, first, count } in &self.written {
                for head in 0..shape.heads {
                    let source = (row * shape.heads + head) * columns + column;
                    let target = shape.place(*page, head, *first);
                    from.extend((source..source + count).map(|place| place as i32));
                    to.extend((target..target + count).map(|place| place as i32));
                }
            }
            let count = from.len();
            let all = count == self.rows.len() * shape.heads * columns && from.is_sorted();
            let from = (!all).then(|| Tensor::from_data(TensorData::new(from, [count]), &self.device));
            (from, Tensor::from_data(TensorData::new(to, [count, 1]), &self.device))
        };
        self.moved.get_or_init(moved).clone()
    }

    /// The numbers of all keys that can be looked at.
    ///
    /// # Shapes
    /// - result: `[rows · key-value heads · slots]`
    pub(super) fn seen(&self, shape: Shape) -> Tensor<1, Int> {
        let seen = || {
            let slots = self.slots.columns();
            let mut seen = Vec::with_capacity(self.rows.len() * shape.heads * slots);
            for row in &self.rows {
                for head in 0..shape.heads {
                    let start = seen.len();
                    for page in &row.pages {
                        let first = shape.place(*page, head, 0);
                        seen.extend((first..first + shape.page_tokens).map(|place| place as i32));
                    }
                    seen.truncate(start + row.length);
                    // Nobody looks at what fills a row up, so it may be any key.
                    seen.resize(start + slots, 0);
                }
            }
            let count = seen.len();
            Tensor::from_data(TensorData::new(seen, [count]), &self.device)
        };
        self.seen.get_or_init(seen).clone()
    }
}

/// The stretches of a piece's own tokens.
fn stretches<'a>(row: usize, piece: &'a Piece<'_>, page_tokens: usize) -> impl Iterator<Item = Stretch> + 'a {
    let end = piece.start + piece.tokens.len();
    (piece.start / page_tokens..end.div_ceil(page_tokens)).map(move |place| {
        let start = (place * page_tokens).max(piece.start);
        Stretch {
            row,
            column: start - piece.start,
            page: piece.pages[place].0 as usize,
            first: start - place * page_tokens,
            count: ((place + 1) * page_tokens).min(end) - start,
        }
    })
}
