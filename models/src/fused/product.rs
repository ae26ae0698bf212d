//! Rows times a packed matrix. Owns how the product is walked and shared between threads, which no number of it depends
//! on.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::instructions::Instructions;
use super::panels::{Lines, Panels};
use super::rows::{Rows, TALLEST, blocks, filled};
use super::threads::{ROWS, share};
use super::tile::{COLUMNS, Line, tile};

/// The result: for each panel of the matrix, its columns of every row.
#[derive(Debug, Default)]
pub(crate) struct Product {
    lines: Vec<[f32; COLUMNS]>,
    /// How many rows each panel has, filled up.
    tall: usize,
}

impl Product {
    /// Computes `rows · panels`.
    pub(crate) fn compute(&mut self, instructions: Instructions, rows: &Rows, panels: &Panels) {
        self.compute_then(instructions, rows, panels, 1, |_, _| ());
    }

    /// The same, and goes on with every `group` of panels, by its number, while it is in a near cache.
    ///
    /// # Shapes
    /// - rows: `[rows, depth]`
    /// - panels: `[depth, columns]`
    pub(crate) fn compute_then(
        &mut self,
        instructions: Instructions,
        rows: &Rows,
        panels: &Panels,
        group: usize,
        then: impl Fn(usize, &mut [[f32; COLUMNS]]) + Sync,
    ) {
        assert_eq!(rows.depth(), panels.depth(), "the sides of a product fit");
        self.tall = filled(rows.count());
        self.lines.clear();
        self.lines.resize(panels.count() * self.tall, [0.0; COLUMNS]);
        match panels.lines() {
            Lines::Single(lines) => self.walk(instructions, rows, lines, group, &then),
            Lines::Upper(lines) => self.walk(instructions, rows, lines, group, &then),
        }
    }

    fn walk<L: Line>(
        &mut self,
        instructions: Instructions,
        rows: &Rows,
        panels: &[L],
        group: usize,
        then: &(impl Fn(usize, &mut [[f32; COLUMNS]]) + Sync),
    ) {
        let sums = (group * self.tall).max(1);
        let panel = (group * rows.depth()).max(1);
        let groups = self.lines.len().div_ceil(sums);
        let taken = share(groups, work(self.tall, panels.len()));
        let task = |part: usize, (lines, panels): (&mut [[f32; COLUMNS]], &[L])| {
            let groups = lines.chunks_mut(sums).zip(panels.chunks(panel));
            for (group, (sums, panels)) in (part * taken..).zip(groups) {
                instructions.run(Multiply { rows, panels, sums });
                then(group, sums);
            }
        };
        if taken >= groups {
            task(0, (&mut self.lines, panels));
        } else {
            let parts = self.lines.par_chunks_mut(taken * sums).zip(panels.par_chunks(taken * panel));
            parts.enumerate().for_each(|(part, own)| task(part, own));
        }
    }

    /// A row's numbers in a panel.
    #[inline(always)]
    pub(crate) fn line(&self, panel: usize, row: usize) -> &[f32; COLUMNS] {
        &self.lines[panel * self.tall + row]
    }

    /// Copies a row's numbers from column `first` on.
    #[inline(always)]
    pub(crate) fn copy(&self, row: usize, first: usize, into: &mut [f32]) {
        let mut column = first;
        let mut into = into;
        while !into.is_empty() {
            let (panel, place) = (column / COLUMNS, column % COLUMNS);
            let count = into.len().min(COLUMNS - place);
            let (part, rest) = into.split_at_mut(count);
            part.copy_from_slice(&self.line(panel, row)[place..place + count]);
            (into, column) = (rest, column + count);
        }
    }
}

/// Up to about eight rows, reading the matrix takes longer than multiplying with it.
fn work(rows: usize, lines: usize) -> usize {
    rows.max(ROWS) * lines * COLUMNS
}

/// The product of all blocks of rows with some panels.
struct Multiply<'a, L> {
    rows: &'a Rows,
    panels: &'a [L],
    sums: &'a mut [[f32; COLUMNS]],
}

impl<L: Line> WithSimd for Multiply<'_, L> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rows, panels, sums } = self;
        let tall = filled(rows.count());
        for (panel, sums) in panels.chunks_exact(rows.depth()).zip(sums.chunks_exact_mut(tall)) {
            for block in blocks(rows.count()) {
                let (left, sums) = (rows.block(block), &mut sums[block.first..][..block.tall]);
                match block.tall {
                    1 => multiply::<S, L, 1>(simd, left, panel, sums),
                    2 => multiply::<S, L, 2>(simd, left, panel, sums),
                    4 => multiply::<S, L, 4>(simd, left, panel, sums),
                    8 => multiply::<S, L, 8>(simd, left, panel, sums),
                    _ => multiply::<S, L, TALLEST>(simd, left, panel, sums),
                }
            }
        }
    }
}

#[inline(always)]
fn multiply<S: Simd, L: Line, const ROWS: usize>(simd: S, left: &[f32], panel: &[L], sums: &mut [[f32; COLUMNS]]) {
    let sums = sums.first_chunk_mut::<ROWS>().expect("a block of sums has a block's height");
    tile(simd, left.as_chunks::<ROWS>().0, panel, sums);
}
