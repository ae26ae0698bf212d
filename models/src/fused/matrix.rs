//! Products of matrices in slices. Owns the call of `gemm`, one for each thread, the proof that it stays within its slices,
//! and that no sum's order depends on the processor.

use gemm::{Parallelism, gemm};
use rayon::prelude::*;

use super::few;
use super::threads::divide;

/// How many rows of a symmetric product are computed at once.
const BLOCK: usize = 64;

/// How deep a product is that `gemm` computes in one piece, whatever the processor. It parts a deeper one by the size of the
/// caches that it finds, and sums rounded on one machine would be others on the next.
const DEPTH: usize = 512;

/// A matrix in a slice, or its transpose.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

/// What becomes of what stands where a product goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sum {
    /// It is written over.
    Fresh,
    /// The product is added to it.
    Added,
    /// So many times the product are added to so many times it.
    Weighed {
        /// How much of it is kept.
        kept: f32,
        /// How much of the product is added.
        added: f32,
    },
}

impl Sum {
    /// How much is kept of what stands there, and added of the product.
    fn weights(self) -> [f32; 2] {
        match self {
            Self::Fresh => [0.0, 1.0],
            Self::Added => [1.0, 1.0],
            Self::Weighed { kept, added } => [kept, added],
        }
    }

    /// What one number becomes.
    #[inline(always)]
    pub(super) fn of(self, there: f32, product: f32) -> f32 {
        match self {
            Self::Fresh => product,
            Self::Added => there + product,
            Self::Weighed { kept, added } => kept * there + added * product,
        }
    }

    /// What becomes of what this has made, where the product's next piece goes.
    fn further(self) -> Self {
        match self {
            Self::Fresh | Self::Added => Self::Added,
            Self::Weighed { added, .. } => Self::Weighed { kept: 1.0, added },
        }
    }
}

impl<'a> Matrix<'a> {
    /// Rows that follow each other.
    pub(crate) fn new(numbers: &'a [f32], columns: usize) -> Self {
        Self { numbers, rows: numbers.len() / columns.max(1), columns, row_stride: columns, column_stride: 1 }
    }

    /// The first columns of rows that follow each other at a distance.
    pub(crate) fn strided(numbers: &'a [f32], rows: usize, columns: usize, stride: usize) -> Self {
        Self { numbers, rows, columns, row_stride: stride, column_stride: 1 }
    }

    pub(crate) fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// Some rows.
    fn part(self, first: usize, rows: usize) -> Self {
        Self { numbers: &self.numbers[first * self.row_stride..], rows, ..self }
    }

    /// Some columns.
    fn side(self, first: usize, columns: usize) -> Self {
        Self { numbers: &self.numbers[first * self.column_stride..], columns, ..self }
    }

    /// How many numbers of the slice it reaches.
    fn reach(self) -> usize {
        if self.rows == 0 || self.columns == 0 {
            return 0;
        }
        (self.rows - 1) * self.row_stride + (self.columns - 1) * self.column_stride + 1
    }
}

/// `left · right`, shared between threads by the rows of the result.
///
/// # Shapes
/// - left: `[rows, depth]`
/// - right: `[depth, columns]`
/// - into: `[rows, columns]`
pub(crate) fn product(left: Matrix<'_>, right: Matrix<'_>, into: &mut [f32], sum: Sum) {
    let columns = right.columns.max(1);
    let taken = divide(left.rows, left.rows * left.columns * columns);
    if taken >= left.rows {
        return product_here(left, right, into, columns, sum);
    }
    into.par_chunks_mut(taken * columns).enumerate().for_each(|(part, into)| {
        let left = left.part(part * taken, into.len() / columns);
        product_here(left, right, into, columns, sum);
    });
}

/// The same on this thread, into rows that follow each other at a distance: each number is the sum of the products of so
/// much of the depth at a time, one after the other.
pub(crate) fn product_here(left: Matrix<'_>, right: Matrix<'_>, into: &mut [f32], stride: usize, mut sum: Sum) {
    assert_eq!(left.columns, right.rows, "the sides of a product fit");
    if few::takes(left, right) {
        return few::product(left, right, into, stride, sum);
    }
    for first in (0..left.columns.max(1)).step_by(DEPTH) {
        let depth = DEPTH.min(left.columns - first);
        piece(left.side(first, depth), right.part(first, depth), into, stride, sum);
        sum = sum.further();
    }
}

/// A product no deeper than [`DEPTH`].
#[expect(unsafe_code, reason = "`gemm` takes pointers")]
fn piece(left: Matrix<'_>, right: Matrix<'_>, into: &mut [f32], stride: usize, sum: Sum) {
    assert!(left.columns == right.rows && left.columns <= DEPTH, "the sides of a piece fit");
    let result = Matrix::strided(into, left.rows, right.columns, stride);
    assert!(left.reach() <= left.numbers.len() && right.reach() <= right.numbers.len(), "operands are in their slices");
    assert!(result.reach() <= into.len() && right.columns <= stride, "the result is in its slice, and rows are apart");
    let [kept, added] = sum.weights();
    let [row, column] = [|own: Matrix<'_>| own.row_stride as isize, |own: Matrix<'_>| own.column_stride as isize];
    // SAFETY: every number that is read or written is `row * row_stride + column * column_stride` from a slice's
    // beginning, which is less than `reach` of its matrix and so within the slice. The result is borrowed mutably, so it
    // overlaps neither operand, and its rows are at least a row's length apart, so they do not overlap each other.
    unsafe {
        gemm(
            left.rows,
            right.columns,
            left.columns,
            into.as_mut_ptr(),
            1,
            stride as isize,
            sum != Sum::Fresh,
            left.numbers.as_ptr(),
            column(left),
            row(left),
            right.numbers.as_ptr(),
            column(right),
            row(right),
            kept,
            added,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// The same where the product and what it is added to are symmetric: blocks below the diagonal are copied from above it.
///
/// # Shapes
/// - left: `[side, depth]`
/// - right: `[depth, side]`
/// - into: `[side, side]`
pub(crate) fn symmetric_here(left: Matrix<'_>, right: Matrix<'_>, into: &mut [f32], sum: Sum) {
    let side = right.columns;
    for first in (0..side).step_by(BLOCK) {
        let (left, right) = (left.part(first, BLOCK.min(side - first)), right.side(first, side - first));
        product_here(left, right, &mut into[first * side + first..], side, sum);
    }
    for row in 0..side {
        for column in 0..row / BLOCK * BLOCK {
            into[row * side + column] = into[column * side + row];
        }
    }
}

/// Sums of the columns.
///
/// # Shapes
/// - numbers: `[rows, columns]`
/// - result: `[columns]`
pub(crate) fn column_sums(numbers: &[f32], columns: usize) -> Vec<f32> {
    let mut sums = vec![0.0; columns];
    for row in numbers.chunks_exact(columns) {
        sums.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far numbers are apart at most.
    fn apart(ours: &[f32], theirs: &[f32]) -> f32 {
        assert_eq!(ours.len(), theirs.len());
        ours.iter().zip(theirs).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
    }

    fn numbers(count: usize) -> Vec<f32> {
        (0..count).map(|place| (place * 7919 % 2003) as f32 / 1001.0 - 1.0).collect()
    }

    /// Deeper than `gemm` goes in one piece, and too large for what it does to small matrices, whatever the caches here are.
    #[test]
    fn sums_have_one_order_on_every_processor() {
        let (rows, columns, depth) = (70, 81, 5 * DEPTH + 77);
        let (left, right) = (numbers(rows * depth), numbers(depth * columns));
        let mut expected = vec![0.0; rows * columns];
        for (place, sum) in expected.iter_mut().enumerate() {
            for piece in (0..depth).step_by(DEPTH) {
                let numbers = (piece..depth.min(piece + DEPTH))
                    .map(|at| (left[place / columns * depth + at], right[at * columns + place % columns]));
                *sum += numbers.fold(0.0, |sum, (one, other)| f32::mul_add(one, other, sum));
            }
        }
        let turned: Vec<f32> = (0..depth * rows).map(|at| left[at % rows * depth + at / rows]).collect();
        let [mut found, mut also] = [vec![f32::NAN; rows * columns], vec![f32::NAN; rows * columns]];
        let right = Matrix::new(&right, columns);
        product(Matrix::new(&left, depth), right, &mut found, Sum::Fresh);
        product(Matrix::new(&turned, rows).transposed(), right, &mut also, Sum::Fresh);
        assert_eq!(found, expected);
        assert_eq!(also, expected);
    }

    #[test]
    fn every_way_to_a_product_gives_it() {
        for (rows, columns, depth) in
            [(1, 1, 1), (1, 90, 70), (90, 1, 70), (5, 50, 3), (6, 51, 700), (1, 1, 40), (3, 3, 0)]
        {
            let (left, right, there) = (numbers(rows * depth), numbers(depth * columns), numbers(rows * columns));
            let at = |row: usize, column: usize| -> f32 {
                (0..depth).map(|at| left[row * depth + at] * right[at * columns + column]).sum()
            };
            let turned = |own: &[f32], width: usize| -> Vec<f32> {
                (0..own.len()).map(|at| own[at % (own.len() / width) * width + at / (own.len() / width)]).collect()
            };
            let (left_turned, right_turned) = (turned(&left, depth), turned(&right, columns));
            let strided = |own, rows, columns| Matrix::strided(own, rows, columns, columns);
            let lefts = [strided(&left, rows, depth), strided(&left_turned, depth, rows).transposed()];
            let rights = [strided(&right, depth, columns), strided(&right_turned, columns, depth).transposed()];
            for (left, right) in lefts.into_iter().flat_map(|left| rights.map(|right| (left, right))) {
                for sum in [Sum::Fresh, Sum::Added, Sum::Weighed { kept: -2.0, added: 0.5 }] {
                    let [kept, added] = sum.weights();
                    let mut found = there.clone();
                    product(left, right, &mut found, sum);
                    let expected: Vec<f32> = (0..rows * columns)
                        .map(|place| kept * there[place] + added * at(place / columns, place % columns))
                        .collect();
                    assert!(apart(&found, &expected) < 1e-4, "{rows} x {columns} by {depth}, {sum:?}");
                }
            }
        }
    }

    #[test]
    fn a_symmetric_product_is_the_product() {
        for (rows, columns) in [(3, 5), (64, 70), (130, 33), (200, 300)] {
            let numbers = numbers(rows * columns);
            let matrix = Matrix::new(&numbers, columns);
            let [mut expected, mut found] = [vec![0.0; rows * rows], vec![0.0; rows * rows]];
            product_here(matrix, matrix.transposed(), &mut expected, rows, Sum::Fresh);
            symmetric_here(matrix, matrix.transposed(), &mut found, Sum::Fresh);
            assert!(apart(&found, &expected) < 1e-4, "{rows} x {columns}");
            // And its own square beside it.
            let square = Matrix::new(&expected, rows);
            let [mut whole, mut half] = [expected.clone(), expected.clone()];
            let weighed = Sum::Weighed { kept: -4.775, added: 0.02 };
            product_here(square, square, &mut whole, rows, weighed);
            symmetric_here(square, square, &mut half, weighed);
            assert!(apart(&half, &whole) < 1e-2, "{rows} x {rows}");
        }
    }
}
