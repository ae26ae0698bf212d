//! A matrix on the right of a product. Owns how weights are laid out for the tiles, once, when a model is loaded.

use bytemuck::Zeroable;
use half::bf16;
use rayon::prelude::*;

use super::tile::{COLUMNS, Line};

/// A matrix in panels of columns, each laid out by depth.
#[derive(Debug)]
pub(crate) struct Panels {
    lines: Lines,
    depth: usize,
    columns: usize,
}

/// The lines of all panels, in the precision that the weights had.
#[derive(Debug)]
pub(crate) enum Lines {
    Single(Vec<[f32; COLUMNS]>),
    /// Half as much to read, which is what a product with few rows takes its time for.
    Upper(Vec<[u32; COLUMNS / 2]>),
}

impl Panels {
    /// A matrix with one of `columns` for each column; what is missing from the last panel is zero.
    pub(crate) fn of_single(columns: &[&[f32]]) -> Self {
        let fill = |line: &mut [f32; COLUMNS], place: usize, number: &f32| line[place] = *number;
        Self::packed(columns, fill, Lines::Single)
    }

    /// The same of columns in the upper half of single precision.
    pub(crate) fn of_upper(columns: &[&[bf16]]) -> Self {
        let fill = |line: &mut [u32; COLUMNS / 2], place: usize, number: &bf16| {
            let half = if place < COLUMNS / 2 { 0 } else { 16 };
            line[place % (COLUMNS / 2)] |= u32::from(number.to_bits()) << half;
        };
        Self::packed(columns, fill, Lines::Upper)
    }

    fn packed<N: Sync, L: Line + Zeroable>(
        columns: &[&[N]],
        fill: impl Fn(&mut L, usize, &N) + Sync,
        lines: impl FnOnce(Vec<L>) -> Lines,
    ) -> Self {
        let depth = columns.first().map_or(0, |column| column.len());
        let mut packed = vec![L::zeroed(); columns.len().div_ceil(COLUMNS) * depth];
        packed.par_chunks_mut(depth.max(1)).zip(columns.par_chunks(COLUMNS)).for_each(|(panel, columns)| {
            for (place, column) in columns.iter().enumerate() {
                panel.iter_mut().zip(*column).for_each(|(line, number)| fill(line, place, number));
            }
        });
        Self { lines: lines(packed), depth, columns: columns.len() }
    }

    pub(crate) fn lines(&self) -> &Lines {
        &self.lines
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// How many columns there are.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// How many numbers there are.
    pub(crate) fn size(&self) -> usize {
        self.depth * self.columns
    }

    /// How many panels there are.
    pub(crate) fn count(&self) -> usize {
        self.columns.div_ceil(COLUMNS)
    }
}
