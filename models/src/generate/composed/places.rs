//! Where the keys of a batch of pieces lie. Owns the arithmetic, which is the same for all layers of a pass.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::store::Shape;
use crate::decoder::{Positions, Run, Slots};
use crate::generate::Piece;

/// Where a batch reads and writes. A key's place is the number of its row where a store is taken as a matrix.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) positions: Positions,
    pub(super) slots: Slots,
    /// `[rows · key-value heads · slots]`: all that can be looked at.
    pub(super) seen: Tensor<1, Int>,
    pub(super) written: Vec<Stretch>,
}

/// Tokens that lie side by side in a page.
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
        let lengths: Vec<usize> = pieces.iter().map(|piece| piece.start + piece.tokens.len()).collect();
        let slots = Slots::whole(&lengths);
        let mut seen = Vec::with_capacity(pieces.len() * shape.heads * slots.columns());
        for (piece, length) in pieces.iter().zip(&lengths) {
            for head in 0..shape.heads {
                let row = seen.len();
                for page in &piece.pages[..length.div_ceil(shape.page_tokens)] {
                    let first = shape.place(page.0 as usize, head, 0);
                    seen.extend(first..first + shape.page_tokens as i32);
                }
                seen.truncate(row + length);
                // Nobody looks at what fills a row up, so it may be any key.
                seen.resize(row + slots.columns(), 0);
            }
        }
        let count = seen.len();
        let seen = Tensor::from_data(TensorData::new(seen, [count]), device);
        let written = pieces.iter().enumerate().flat_map(|(row, piece)| stretches(row, piece, shape.page_tokens));
        Self { positions: Positions::new(runs), slots, seen, written: written.collect() }
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
