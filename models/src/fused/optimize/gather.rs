//! Gradients added up and measured. Owns the order of the sums.

use burn::tensor::Tensor;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::{Flat, PART};
use crate::fused::instructions::Instructions;
use crate::fused::reduction;

/// `sum + more`, in the memory of the sum.
///
/// # Shapes
/// - sum, more, result: `[numbers]`
pub(crate) fn add(sum: Tensor<1>, more: Tensor<1>) -> Tensor<1> {
    if !Flat::is_here(&sum) {
        return sum + more;
    }
    let (mut sum, more) = (Flat::take(sum), Flat::take(more));
    let parts = sum.numbers_mut().par_chunks_mut(PART).zip(more.numbers().par_chunks(PART));
    parts.for_each(|(sum, more)| Instructions::best().run(Add { sum, more }));
    sum.tensor()
}

/// The sum of all squares; nothing where the tensor is elsewhere.
///
/// # Shapes
/// - numbers: `[numbers]`
pub(crate) fn sum_of_squares(numbers: &Tensor<1>) -> Option<f64> {
    if !Flat::is_here(numbers) {
        return None;
    }
    let numbers = Flat::take(numbers.clone());
    let parts = numbers.numbers().par_chunks(PART);
    let sums: Vec<f64> = parts.map(|part| f64::from(Instructions::best().run(Squares(part)))).collect();
    Some(sums.iter().sum())
}

struct Add<'a> {
    sum: &'a mut [f32],
    more: &'a [f32],
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        self.sum.iter_mut().zip(self.more).for_each(|(sum, more)| *sum += more);
    }
}

struct Squares<'a>(&'a [f32]);

impl WithSimd for Squares<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> f32 {
        reduction::sum_of_squares(self.0)
    }
}
