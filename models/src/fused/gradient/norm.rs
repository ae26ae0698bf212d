//! Root mean square normalisation. Owns its gradient.

use burn::tensor::Tensor;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::operation::{Asked, Operand, record};
use crate::fused::instructions::Instructions;
use crate::fused::matrix::column_sums;
use crate::fused::norm::inverse_root;
use crate::fused::threads::divide;

/// `x / √(mean(x²) + ε) · weight`, over the last dimension.
///
/// # Shapes
/// - input: `[..., width]`
/// - weight: `[width]`
/// - result: `[..., width]`
pub(crate) fn normalise<const D: usize>(input: &Tensor<D>, weight: &Tensor<1>, epsilon: f64) -> Option<Tensor<D>> {
    let (shape, epsilon) = (input.dims(), epsilon as f32);
    let operands = [Operand::of(input)?, Operand::of(weight)?];
    let (input, weight) = (operands[0].numbers(), operands[1].numbers());
    let mut output = vec![0.0; input.slice().len()];
    let size = part(input.slice().len(), weight.slice().len());
    output.par_chunks_mut(size).zip(input.slice().par_chunks(size)).for_each(|(into, input)| {
        Instructions::best().run(Forward { input, weight: weight.slice(), epsilon, into });
    });
    Some(record(operands, output, shape, move |gradient, asked| {
        backward(input.slice(), weight.slice(), epsilon, gradient, asked)
    }))
}

/// How many numbers of whole rows a task takes.
fn part(count: usize, width: usize) -> usize {
    divide(count / width, 8 * count).max(1) * width
}

fn backward(
    input: &[f32],
    weight: &[f32],
    epsilon: f32,
    gradient: &[f32],
    [own, factors]: Asked<2>,
) -> [Option<Vec<f32>>; 2] {
    let (width, size) = (weight.len(), part(input.len(), weight.len()));
    let mut through = vec![0.0; input.len()];
    let parts = through.par_chunks_mut(size).zip(input.par_chunks(size)).zip(gradient.par_chunks(size));
    let sums: Vec<f32> = parts
        .flat_map_iter(|((through, input), gradient)| {
            let mut sums = vec![0.0; width];
            let into = &mut sums;
            Instructions::best().run(Back { input, weight, epsilon, gradient, through, sums: into });
            sums
        })
        .collect();
    [own.then_some(through), factors.then(|| column_sums(&sums, width))]
}

struct Forward<'a> {
    input: &'a [f32],
    weight: &'a [f32],
    epsilon: f32,
    into: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let width = self.weight.len();
        for (input, into) in self.input.chunks_exact(width).zip(self.into.chunks_exact_mut(width)) {
            let scale = inverse_root(input, self.epsilon);
            for (into, (number, weight)) in into.iter_mut().zip(input.iter().zip(self.weight)) {
                *into = number * scale * weight;
            }
        }
    }
}

/// With `s = 1 / √(mean(x²) + ε)` and `g` the gradient of the output times the weight, that of `x` is
/// `s · (g - x · s² · mean(g · x))`.
struct Back<'a> {
    input: &'a [f32],
    weight: &'a [f32],
    epsilon: f32,
    gradient: &'a [f32],
    through: &'a mut [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let width = self.weight.len();
        let rows = self.input.chunks_exact(width).zip(self.gradient.chunks_exact(width));
        for ((input, gradient), through) in rows.zip(self.through.chunks_exact_mut(width)) {
            let scale = inverse_root(input, self.epsilon);
            let all = input.iter().zip(gradient).zip(self.weight);
            for (((input, gradient), weight), (through, sum)) in all.zip(through.iter_mut().zip(&mut *self.sums)) {
                *through = gradient * weight;
                *sum += gradient * input * scale;
            }
            let mean = dot(through, input) / width as f32 * scale * scale;
            for (through, input) in through.iter_mut().zip(input) {
                *through = scale * (*through - input * mean);
            }
        }
    }
}

/// The inner product, in sixteen chains.
#[inline(always)]
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut chains = [0.0_f32; 16];
    for (one, other) in one.chunks(16).zip(other.chunks(16)) {
        chains.iter_mut().zip(one).zip(other).for_each(|((sum, one), other)| *sum = one.mul_add(*other, *sum));
    }
    chains.iter().sum()
}
