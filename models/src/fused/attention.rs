//! Attention of all queries of a pass over the pages of their sequences. Owns how it is shared between threads, and where
//! results lie.

use rayon::prelude::*;

use super::attend::{Attend, Memory, Queries};
use super::batch::{Batch, QueryBlock};
use super::heads::Heads;
use super::instructions::Instructions;
use super::pages::{Pages, Sequence, panels};
use super::rows::{Rows, TALLEST};
use super::threads::{ROWS, share};
use super::tile::COLUMNS;

/// The attention of one layer.
///
/// # Shapes
/// - heads of tokens: `[rows, heads, width]`
#[derive(Clone, Copy)]
pub(crate) struct Attention<'a> {
    pub(crate) batch: &'a Batch<'a>,
    pub(crate) heads: Heads,
    pub(crate) tokens: &'a [f32],
    pub(crate) pages: &'a Pages,
    /// Of each piece.
    pub(crate) sequences: &'a [Sequence<'a>],
    pub(crate) layer: usize,
    pub(crate) window: Option<usize>,
}

impl Attention<'_> {
    /// Attends, and leaves the result of each block of queries in its own part of `attended`.
    pub(crate) fn compute(&self, instructions: Instructions, attended: &mut Vec<f32>) {
        let (size, blocks) = (self.size(), &self.batch.blocks);
        attended.clear();
        attended.resize(blocks.len() * size, 0.0);
        let taken = share(blocks.len(), self.work());
        if taken >= blocks.len() {
            attended.chunks_mut(size).zip(blocks).for_each(|(into, block)| self.attend(instructions, block, into));
        } else {
            let blocks = blocks.par_iter().with_min_len(taken);
            attended.par_chunks_mut(size).zip(blocks).for_each(|(into, block)| self.attend(instructions, block, into));
        }
    }

    /// Lays the results out as rows for the next product.
    pub(crate) fn gather(&self, attended: &[f32], rows: &mut Rows) {
        let Heads { queries, width, .. } = self.heads;
        rows.reset(self.batch.rows(), queries * width);
        for (block, own) in self.batch.blocks.iter().zip(attended.chunks_exact(self.size())) {
            let lines = own.as_chunks::<COLUMNS>().0;
            for (place, (row, head)) in block.queries(self.heads).enumerate() {
                let panels = lines.chunks_exact(block.tall()).map(|panel| &panel[place]);
                rows.write(row, head * width, panels.flatten().take(width));
            }
        }
    }

    fn attend(&self, instructions: Instructions, block: &QueryBlock, into: &mut [f32]) {
        match block.tall() {
            1 => self.attend_rows::<1>(instructions, block, into),
            2 => self.attend_rows::<2>(instructions, block, into),
            4 => self.attend_rows::<4>(instructions, block, into),
            8 => self.attend_rows::<8>(instructions, block, into),
            _ => self.attend_rows::<TALLEST>(instructions, block, into),
        }
    }

    fn attend_rows<const ROWS: usize>(&self, instructions: Instructions, block: &QueryBlock, into: &mut [f32]) {
        let width = self.heads.width;
        let scale = (width as f32).powf(-0.5);
        let mut numbers = vec![[0.0; ROWS]; width];
        // Rows without a query stand with the first, and nobody reads what they give.
        let mut positions = [self.batch.positions[block.row]; ROWS];
        for (place, (row, head)) in block.queries(self.heads).enumerate() {
            positions[place] = self.batch.positions[row];
            let query = &self.tokens[row * self.heads.all() + head * width..][..width];
            numbers.iter_mut().zip(query).for_each(|(depth, number)| depth[place] = number * scale);
        }
        let sequence = &self.sequences[block.piece];
        let memory = Memory { pages: self.pages, sequence, layer: self.layer, head: block.head, window: self.window };
        let into = into.as_chunks_mut::<COLUMNS>().0.as_chunks_mut::<ROWS>().0;
        let into = &mut into[..panels(self.heads)];
        instructions.run(Attend { queries: Queries { numbers: &numbers, positions }, memory, into });
    }

    /// How many numbers the result of the largest block has.
    fn size(&self) -> usize {
        TALLEST * panels(self.heads) * COLUMNS
    }

    /// Up to about eight queries, reading keys and values takes longer than multiplying with them.
    fn work(&self) -> usize {
        let seen = |position: usize| self.window.map_or(position, |window| window.min(position)) + COLUMNS;
        let block = |block: &QueryBlock| block.tall().max(ROWS) * seen(self.batch.positions[block.row]);
        2 * self.heads.width * self.batch.blocks.iter().map(block).sum::<usize>()
    }
}
