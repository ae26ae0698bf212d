//! The innermost product: a few rows with one panel of a matrix. Owns the order of the sums.
//!
//! Each number of the result is one chain of fused multiply-adds over the depth, from the first to the last, in one lane
//! of one register. So it depends on its own row and column alone: not on how many rows are computed together, nor on
//! how wide a register is.

use bytemuck::Pod;
use pulp::Simd;

/// How many columns a panel has.
pub const COLUMNS: usize = 32;

/// One line of a panel: what all its columns have at one depth.
pub trait Line: Pod + Send + Sync {
    /// Vectors of columns, from vector `first` on.
    fn widen<S: Simd, const VECTORS: usize>(&self, simd: S, first: usize) -> [S::f32s; VECTORS];
}

/// Single precision as it is.
impl Line for [f32; COLUMNS] {
    #[inline(always)]
    fn widen<S: Simd, const VECTORS: usize>(&self, simd: S, first: usize) -> [S::f32s; VECTORS] {
        let vectors: &[S::f32s] = S::as_simd_f32s(self).0;
        let mut wide = [simd.splat_f32s(0.0); VECTORS];
        wide.copy_from_slice(&vectors[first..first + VECTORS]);
        wide
    }
}

/// The upper halves of single precision, two in a word: column `c` in the lower half of word `c`, and column `c + 16`
/// in the upper.
impl Line for [u32; COLUMNS / 2] {
    #[inline(always)]
    fn widen<S: Simd, const VECTORS: usize>(&self, simd: S, first: usize) -> [S::f32s; VECTORS] {
        let words: &[S::u32s] = S::as_simd_u32s(self).0;
        let mut wide = [simd.splat_f32s(0.0); VECTORS];
        for (index, wide) in wide.iter_mut().enumerate() {
            let vector = first + index;
            let bits = if vector < words.len() {
                simd.wrapping_dyn_shl_u32s(words[vector], simd.splat_u32s(16))
            } else {
                simd.and_u32s(words[vector - words.len()], simd.splat_u32s(0xffff_0000))
            };
            *wide = simd.transmute_f32s_u32s(bits);
        }
        wide
    }
}

/// Adds the product of `left` and `panel` to `sums`.
///
/// # Shapes
/// - left: `[depth, ROWS]`
/// - panel: `[depth]` lines
/// - sums: `[ROWS, COLUMNS]`
#[inline(always)]
pub fn tile<S: Simd, L: Line, const ROWS: usize>(
    simd: S,
    left: &[[f32; ROWS]],
    panel: &[L],
    sums: &mut [[f32; COLUMNS]; ROWS],
) {
    // As many accumulators as there are registers for.
    match (S::F32_LANES, ROWS) {
        (16, _) => sweep::<S, L, ROWS, ROWS, 2>(simd, left, panel, sums),
        (_, 12) => sweep::<S, L, ROWS, 6, 2>(simd, left, panel, sums),
        (_, 8) => sweep::<S, L, ROWS, 4, 2>(simd, left, panel, sums),
        (8, 1) => sweep::<S, L, ROWS, 1, 4>(simd, left, panel, sums),
        _ => sweep::<S, L, ROWS, ROWS, 2>(simd, left, panel, sums),
    }
}

/// Covers the tile with blocks of `TALL` rows and `VECTORS` vectors.
#[inline(always)]
fn sweep<S: Simd, L: Line, const ROWS: usize, const TALL: usize, const VECTORS: usize>(
    simd: S,
    left: &[[f32; ROWS]],
    panel: &[L],
    sums: &mut [[f32; COLUMNS]; ROWS],
) {
    for vector in (0..COLUMNS / S::F32_LANES).step_by(VECTORS) {
        for row in (0..ROWS).step_by(TALL) {
            block::<S, L, ROWS, TALL, VECTORS>(simd, left, panel, sums, row, vector);
        }
    }
}

#[inline(always)]
fn block<S: Simd, L: Line, const ROWS: usize, const TALL: usize, const VECTORS: usize>(
    simd: S,
    left: &[[f32; ROWS]],
    panel: &[L],
    sums: &mut [[f32; COLUMNS]; ROWS],
    row: usize,
    vector: usize,
) {
    let mut accumulators = [[simd.splat_f32s(0.0); VECTORS]; TALL];
    for (own, sums) in accumulators.iter_mut().zip(&sums[row..row + TALL]) {
        own.copy_from_slice(&S::as_simd_f32s(sums).0[vector..vector + VECTORS]);
    }
    for (numbers, line) in left.iter().zip(panel) {
        let wide = line.widen::<S, VECTORS>(simd, vector);
        for (own, number) in accumulators.iter_mut().zip(&numbers[row..row + TALL]) {
            let number = simd.splat_f32s(*number);
            for (sum, column) in own.iter_mut().zip(wide) {
                *sum = simd.mul_add_f32s(number, column, *sum);
            }
        }
    }
    for (own, sums) in accumulators.iter().zip(&mut sums[row..row + TALL]) {
        S::as_mut_simd_f32s(sums).0[vector..vector + VECTORS].copy_from_slice(own);
    }
}
