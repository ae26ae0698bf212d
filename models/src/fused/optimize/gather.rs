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
    weighed(sum, more, [1.0; 2])
}

/// So many times the one and so many times the other, in the memory of the one.
///
/// # Shapes
/// - one, other, result: `[numbers]`
pub(crate) fn blend(one: Tensor<1>, other: Tensor<1>, factors: [f64; 2]) -> Tensor<1> {
    if !Flat::is_here(&one) {
        return one.mul_scalar(factors[0]) + other.mul_scalar(factors[1]);
    }
    weighed(one, other, factors.map(|factor| factor as f32))
}

fn weighed(one: Tensor<1>, other: Tensor<1>, factors: [f32; 2]) -> Tensor<1> {
    let (mut one, other) = (Flat::take(one), Flat::take(other));
    let parts = one.numbers_mut().par_chunks_mut(PART).zip(other.numbers().par_chunks(PART));
    parts.for_each(|(one, other)| Instructions::best().run(Weighed { one, other, factors }));
    one.tensor()
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

struct Weighed<'a> {
    one: &'a mut [f32],
    other: &'a [f32],
    factors: [f32; 2],
}

impl WithSimd for Weighed<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let [own, theirs] = self.factors;
        self.one.iter_mut().zip(self.other).for_each(|(one, other)| *one = *one * own + other * theirs);
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
