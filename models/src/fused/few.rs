//! Products of few numbers, or of one row or column. Owns their order: `gemm` would sum them up in as many chains as a register
//! has lanes, and so otherwise on another processor.

use pulp::{Simd, WithSimd};

use super::instructions::Instructions;
use super::matrix::Matrix;
use super::reduction::sum_of_products;
use super::sum::Sum;

/// How many numbers are few.
const FEW: usize = 256;

/// How many columns of a row are computed at once.
const COLUMNS: usize = 64;

/// Whether a product is computed here.
pub(super) fn takes(left: Matrix<'_>, right: Matrix<'_>) -> bool {
    let (one, few) = (left.rows.min(right.columns) == 1, left.rows * right.columns <= FEW);
    is_along(left, right) && (one || few) || is_row(left, right)
}

/// Whether both sides lie along the depth.
fn is_along(left: Matrix<'_>, right: Matrix<'_>) -> bool {
    left.column_stride == 1 && right.row_stride == 1
}

/// Whether one row is multiplied with rows that lie side by side.
fn is_row(left: Matrix<'_>, right: Matrix<'_>) -> bool {
    left.rows == 1 && right.column_stride == 1
}

/// `left · right`, of sides that this takes.
///
/// # Shapes
/// - left: `[rows, depth]`
/// - right: `[depth, columns]`
/// - into: `[rows, columns]`, rows at a distance of `stride`
pub(super) fn product(left: Matrix<'_>, right: Matrix<'_>, into: &mut [f32], stride: usize, sum: Sum) {
    Instructions::best().run(Few { left, right, into, stride, sum });
}

struct Few<'a> {
    left: Matrix<'a>,
    right: Matrix<'a>,
    into: &'a mut [f32],
    stride: usize,
    sum: Sum,
}

impl WithSimd for Few<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        if is_along(self.left, self.right) { self.along() } else { self.row() }
    }
}

impl Few<'_> {
    /// Number by number.
    #[inline(always)]
    fn along(self) {
        let Self { left, right, into, stride, sum } = self;
        for row in 0..left.rows {
            let one = &left.numbers[row * left.row_stride..][..left.columns];
            for column in 0..right.columns {
                let other = &right.numbers[column * right.column_stride..][..right.rows];
                let into = &mut into[row * stride + column];
                *into = sum.of(*into, sum_of_products(one, other));
            }
        }
    }

    /// Line by line.
    #[inline(always)]
    fn row(self) {
        let Self { left, right, into, sum, .. } = self;
        for (part, into) in into[..right.columns].chunks_mut(COLUMNS).enumerate() {
            let mut sums = [0.0; COLUMNS];
            for depth in 0..right.rows {
                let number = left.numbers[depth * left.column_stride];
                let line = &right.numbers[depth * right.row_stride + part * COLUMNS..][..into.len()];
                sums.iter_mut().zip(line).for_each(|(sum, own)| *sum = number.mul_add(*own, *sum));
            }
            into.iter_mut().zip(sums).for_each(|(into, own)| *into = sum.of(*into, own));
        }
    }
}
