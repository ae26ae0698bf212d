//! A product that `gemm` computes in one piece. Owns the call, and the proof that it stays within its slices.

use gemm::{Parallelism, gemm};

use super::matrix::Matrix;
use super::room::Room;
use super::sum::Sum;

/// How deep a product is that `gemm` computes in one piece, whatever the processor. It parts a deeper one by the size of the
/// caches that it finds, and sums rounded on one machine would be others on the next.
pub(super) const DEPTH: usize = 512;

/// A product no deeper than [`DEPTH`], into rows that follow each other at a distance.
#[expect(unsafe_code, reason = "`gemm` takes pointers")]
pub(super) fn piece(left: Matrix<'_>, right: Matrix<'_>, into: &mut [f32], stride: usize, sum: Sum) {
    let reach = Matrix::strided(into, left.rows, right.columns, stride).reach();
    assert!(reach <= into.len() && right.columns <= stride, "the result is in its slice, and rows are apart");
    // SAFETY: `into` is borrowed mutably, it reaches as far as the result, and its rows are apart.
    unsafe { call(left, right, into.as_mut_ptr(), stride, sum) };
}

/// The same where nothing stands yet, into rows side by side.
#[expect(unsafe_code, reason = "`gemm` takes pointers")]
pub(super) fn first_piece<'a>(left: Matrix<'_>, right: Matrix<'_>, room: Room<'a>) -> &'a mut [f32] {
    assert_eq!(room.len(), left.rows * right.columns, "there is room for the result and nothing else");
    // SAFETY: a fresh product writes every number of the result without reading any, and there are no others.
    unsafe { room.through(|into| call(left, right, into, right.columns, Sum::Fresh)) }
}

/// Has `gemm` write.
///
/// # Safety
/// `into` can be written as far as rows of the result at a distance of `stride` reach, which is at least a row's length;
/// unless the sum is fresh, it can be read too.
#[expect(unsafe_code, reason = "`gemm` takes pointers")]
unsafe fn call(left: Matrix<'_>, right: Matrix<'_>, into: *mut f32, stride: usize, sum: Sum) {
    assert!(left.columns == right.rows && left.columns <= DEPTH, "the sides of a piece fit");
    assert!(left.reach() <= left.numbers.len() && right.reach() <= right.numbers.len(), "operands are in their slices");
    let [kept, added] = sum.weights();
    let [row, column] = [|own: Matrix<'_>| own.row_stride as isize, |own: Matrix<'_>| own.column_stride as isize];
    // SAFETY: every number that is read or written is `row * row_stride + column * column_stride` from a slice's
    // beginning, which is less than `reach` of its matrix and so within the slice, or the caller's. The result overlaps
    // neither operand, since those are borrowed and it can be written; its rows do not overlap each other.
    unsafe {
        gemm(
            left.rows,
            right.columns,
            left.columns,
            into,
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
