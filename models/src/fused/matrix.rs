//! Products of matrices in slices. Owns how they are shared between threads, and that no sum's order depends on the processor.

use std::ops::Range;

use rayon::prelude::*;

use super::few;
use super::piece::{DEPTH, first_piece, piece};
use super::room::{Room, written};
pub(crate) use super::sum::Sum;
use super::threads::{READ, divide};

/// How many rows of a symmetric product are computed at once.
const BLOCK: usize = 64;

/// How many numbers a line of a cache has.
const LINE: usize = 16;

/// A matrix in a slice, or its transpose.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
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
    pub(super) fn reach(self) -> usize {
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

/// The same of its own, after so much in every row where there is something.
///
/// # Shapes
/// - before: `[columns]`
/// - result: `[rows, columns]`
pub(crate) fn new_product(left: Matrix<'_>, right: Matrix<'_>, before: Option<&[f32]>) -> Vec<f32> {
    let columns = right.columns.max(1);
    let taken = divide(left.rows, left.rows * left.columns * columns);
    let [product] = written([[left.rows * right.columns, taken * columns]], |part, [room]| {
        let left = left.part(part * taken, room.len() / columns);
        let Some(before) = before else { return [fresh_here(left, right, room)] };
        let into = room.rows(before);
        product_here(left, right, into, columns, Sum::Added);
        [into]
    });
    product
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

/// The same where nothing stands yet, into rows side by side.
fn fresh_here<'a>(left: Matrix<'_>, right: Matrix<'_>, room: Room<'a>) -> &'a mut [f32] {
    let (depth, columns) = (left.columns.min(DEPTH), right.columns);
    if depth == 0 || few::takes(left, right) {
        let into = room.zeros();
        product_here(left, right, into, columns, Sum::Fresh);
        return into;
    }
    let into = first_piece(left.side(0, depth), right.part(0, depth), room);
    if left.columns > depth {
        let rest = left.columns - depth;
        product_here(left.side(depth, rest), right.part(depth, rest), into, columns, Sum::Added);
    }
    into
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
    by_columns(columns, numbers.len(), |own, sums| {
        for row in numbers.chunks_exact(columns) {
            sums.iter_mut().zip(&row[own.clone()]).for_each(|(sum, number)| *sum += number);
        }
    })
}

/// Sums over so many numbers in rows, of which each task has some columns: so they do not depend on how many tasks there are.
pub(crate) fn by_columns(columns: usize, numbers: usize, add: impl Fn(Range<usize>, &mut [f32]) + Sync) -> Vec<f32> {
    let taken = divide(columns.div_ceil(LINE), READ * numbers) * LINE;
    let mut sums = vec![0.0; columns];
    sums.par_chunks_mut(taken).enumerate().for_each(|(part, sums)| {
        add(part * taken..part * taken + sums.len(), sums);
    });
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far numbers are apart at most; no number where one is none.
    fn apart(ours: &[f32], theirs: &[f32]) -> f32 {
        assert_eq!(ours.len(), theirs.len());
        ours.iter().zip(theirs).map(|(one, other)| (one - other).abs()).max_by(f32::total_cmp).unwrap_or(0.0)
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
        assert_eq!(new_product(Matrix::new(&left, depth), right, None), expected);
    }

    #[test]
    fn every_way_to_a_product_gives_it() {
        let shapes = [(1, 1, 1), (1, 90, 70), (90, 1, 70), (5, 50, 3), (6, 51, 700), (1, 1, 40), (3, 3, 0)];
        // Shallow ones are `gemm`'s by another way.
        for (rows, columns, depth) in shapes.into_iter().chain([(20, 30, 1), (21, 33, 2)]) {
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
                    // What is written over is not read: zero times no number would be none.
                    let mut found = if sum == Sum::Fresh { vec![f32::NAN; there.len()] } else { there.clone() };
                    product(left, right, &mut found, sum);
                    let expected: Vec<f32> = (0..rows * columns)
                        .map(|place| kept * there[place] + added * at(place / columns, place % columns))
                        .collect();
                    assert!(apart(&found, &expected) < 1e-4, "{rows} x {columns} by {depth}, {sum:?}");
                }
                let mut expected = there[..columns].repeat(rows);
                product(left, right, &mut expected, Sum::Added);
                assert_eq!(new_product(left, right, Some(&there[..columns])), expected);
                product(left, right, &mut expected, Sum::Fresh);
                assert_eq!(new_product(left, right, None), expected, "{rows} x {columns} by {depth}");
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
