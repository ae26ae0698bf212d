//! Root mean square normalisation of rows. Owns the function over slices; the decoder's module has the formula.

use pulp::{Simd, WithSimd};

use super::reduction::sum_of_squares;
use super::rows::Rows;

/// Normalises rows into blocks for a product.
///
/// # Shapes
/// - input: `[rows, width]`
/// - weight: `[width]`
/// - into: `[rows, width]`, blocked
pub(crate) struct Normalise<'a> {
    pub(crate) input: &'a [f32],
    pub(crate) weight: &'a [f32],
    pub(crate) epsilon: f32,
    pub(crate) into: &'a mut Rows,
}

impl WithSimd for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let width = self.weight.len();
        self.into.reset(self.input.len() / width, width);
        for (rows, tall, numbers) in self.into.blocks_mut() {
            for (place, row) in rows.enumerate() {
                let input = &self.input[row * width..][..width];
                let scale = inverse_root(input, self.epsilon);
                let places = numbers.chunks_exact_mut(tall).map(|depth| &mut depth[place]);
                for ((into, number), weight) in places.zip(input).zip(self.weight) {
                    *into = number * scale * weight;
                }
            }
        }
    }
}

/// `1 / √(mean(x²) + ε)`.
#[inline(always)]
pub(crate) fn inverse_root(input: &[f32], epsilon: f32) -> f32 {
    1.0 / (sum_of_squares(input) / input.len() as f32 + epsilon).sqrt()
}

/// Normalises one row in place.
#[inline(always)]
pub(crate) fn normalise(row: &mut [f32], weight: &[f32], epsilon: f32) {
    let scale = inverse_root(row, epsilon);
    for (number, weight) in row.iter_mut().zip(weight) {
        *number = *number * scale * weight;
    }
}
