//! Matrices made orthogonal by products alone. Owns the memory that a round needs, and that each thread has matrices of its
//! own: those of a small model are too small to be shared.

use burn::tensor::Tensor;
use rayon::prelude::*;

use super::Flat;
use crate::fused::matrix::{Matrix, Sum, product_here, symmetric_here};

/// How often the polynomial is applied.
pub(crate) const ROUNDS: usize = 5;

/// Its coefficients, of the matrix, and of its products with the first and the second power of its square: they bring
/// singular values from nearly nothing to between 0.7 and 1.2 in five rounds.
pub(crate) const QUINTIC: [f64; 3] = [3.4445, -4.7750, 2.0315];

/// What the norm of a matrix is taken for at least.
pub(crate) const LEAST: f64 = 1e-7;

/// The same matrices, each with singular values that are all near one, in their own memory; for tensors on the processor.
///
/// # Shapes
/// - matrices, result: `[rows * columns]` each, beside `[rows, columns]`
pub(crate) fn orthogonal(matrices: Vec<(Tensor<1>, [usize; 2])>) -> Vec<Tensor<1>> {
    let each = matrices.into_par_iter().map(|(numbers, shape)| {
        let mut matrix = Flat::take(numbers);
        turn(matrix.numbers_mut(), shape);
        matrix.tensor()
    });
    each.collect()
}

fn turn(numbers: &mut [f32], [rows, columns]: [usize; 2]) {
    let squares: f64 = numbers.iter().map(|number| f64::from(*number) * f64::from(*number)).sum();
    let factor = (1.0 / squares.sqrt().max(LEAST)) as f32;
    numbers.iter_mut().for_each(|number| *number *= factor);
    let (side, [own, square, cube]) = (rows.min(columns), QUINTIC.map(|factor| factor as f32));
    let [mut gram, mut inner] = [vec![0.0; side * side], vec![0.0; side * side]];
    let mut before = numbers.to_vec();
    for _ in 0..ROUNDS {
        before.copy_from_slice(numbers);
        let matrix = Matrix::new(&before, columns);
        // Of both products of a matrix with itself the smaller one.
        let [left, right] = if rows > columns { [matrix.transposed(), matrix] } else { [matrix, matrix.transposed()] };
        symmetric_here(left, right, &mut gram, Sum::Fresh);
        inner.copy_from_slice(&gram);
        let squared = Matrix::new(&gram, side);
        symmetric_here(squared, squared, &mut inner, Sum::Weighed { kept: square, added: cube });
        let inner = Matrix::new(&inner, side);
        let [left, right] = if rows > columns { [matrix, inner] } else { [inner, matrix] };
        product_here(left, right, numbers, columns, Sum::Weighed { kept: own, added: 1.0 });
    }
}
