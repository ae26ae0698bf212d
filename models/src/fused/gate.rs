//! The gate of an MLP. Owns `silu(gate) · up` over the panels of a product.

use pulp::{Simd, WithSimd};

use super::exponential::silu;
use super::tile::COLUMNS;

/// Gates a panel of rows by another: `gate` becomes `silu(gate + its bias) · (up + its bias)`.
///
/// # Shapes
/// - gate, up: `[rows, COLUMNS]`
/// - biases: `[2, COLUMNS]`
pub(crate) struct Gate<'a> {
    pub(crate) gate: &'a mut [[f32; COLUMNS]],
    pub(crate) up: &'a [[f32; COLUMNS]],
    pub(crate) biases: Option<&'a [[f32; COLUMNS]]>,
}

impl WithSimd for Gate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let zeros = [[0.0; COLUMNS]; 2];
        let biases = self.biases.unwrap_or(&zeros);
        for (gate, up) in self.gate.iter_mut().zip(self.up) {
            for ((gate, up), (its, other)) in gate.iter_mut().zip(up).zip(biases[0].iter().zip(&biases[1])) {
                *gate = silu(*gate + its) * (up + other);
            }
        }
    }
}
