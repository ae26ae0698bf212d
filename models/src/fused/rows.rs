//! Rows on the left of a product. Owns how they are cut into blocks and laid out for the tiles.

use std::ops::Range;

use super::tile::COLUMNS;

/// How many rows the largest block has.
pub(crate) const TALLEST: usize = 12;

/// Rows in blocks, each laid out by depth: all its numbers at the first depth, then all at the second.
///
/// The last block is filled up with rows of zeros to the next height that there is a tile for: one pass over the other
/// side of the product costs less than two.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    numbers: Vec<f32>,
    depth: usize,
    count: usize,
}

/// A block of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// Its first row.
    pub(crate) first: usize,
    /// How many rows it has, filled up.
    pub(crate) tall: usize,
}

/// The blocks of so many rows.
pub(crate) fn blocks(count: usize) -> impl Iterator<Item = Block> {
    (0..count).step_by(TALLEST).map(move |first| Block { first, tall: tall(count - first) })
}

/// The height of the next block where so many rows are left.
pub(crate) fn tall(left: usize) -> usize {
    [1, 2, 4, 8].into_iter().find(|tall| left <= *tall).unwrap_or(TALLEST)
}

/// How many rows there are when the last block is filled up.
pub(crate) fn filled(count: usize) -> usize {
    blocks(count).last().map_or(0, |block| block.first + block.tall)
}

impl Rows {
    /// Makes room for rows of zeros.
    pub(crate) fn reset(&mut self, count: usize, depth: usize) {
        (self.count, self.depth) = (count, depth);
        self.numbers.clear();
        self.numbers.resize(filled(count) * depth, 0.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The numbers of a block.
    ///
    /// # Shapes
    /// - result: `[depth, block.tall]`
    #[inline(always)]
    pub(crate) fn block(&self, block: Block) -> &[f32] {
        &self.numbers[block.first * self.depth..][..block.tall * self.depth]
    }

    /// Takes rows from panels of columns.
    pub(crate) fn take<'a>(&mut self, count: usize, depth: usize, line: impl Fn(usize, usize) -> &'a [f32; COLUMNS]) {
        self.reset(count, depth);
        for (rows, tall, numbers) in self.blocks_mut() {
            for (panel, numbers) in numbers.chunks_mut(COLUMNS * tall).enumerate() {
                for (place, row) in rows.clone().enumerate() {
                    let places = numbers.chunks_exact_mut(tall).map(|depth| &mut depth[place]);
                    places.zip(line(panel, row)).for_each(|(into, number)| *into = *number);
                }
            }
        }
    }

    /// Writes numbers of a row from depth `first` on.
    #[inline(always)]
    pub(crate) fn write<'a>(&mut self, row: usize, first: usize, numbers: impl Iterator<Item = &'a f32>) {
        let block = row / TALLEST * TALLEST;
        let tall = tall(self.count - block);
        let places = self.numbers[block * self.depth + first * tall..].chunks_exact_mut(tall);
        places.zip(numbers).for_each(|(depth, number)| depth[row - block] = *number);
    }

    /// Every block with its rows and its numbers, to be filled.
    pub(crate) fn blocks_mut(&mut self) -> impl Iterator<Item = (Range<usize>, usize, &mut [f32])> {
        let (count, size) = (self.count, TALLEST * self.depth.max(1));
        self.numbers
            .chunks_mut(size)
            .zip(blocks(count))
            .map(move |(numbers, block)| (block.first..count.min(block.first + block.tall), block.tall, numbers))
    }
}
