//! Root mean square normalisation. Owns its gradient.

use std::ops::Range;

use burn::tensor::Tensor;
use pulp::{Simd, WithSimd};

use super::operation::{Asked, Operand, record};
use crate::fused::instructions::Instructions;
use crate::fused::matrix::by_columns;
use crate::fused::norm::inverse_root;
use crate::fused::room::written;
use crate::fused::threads::nearby;

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
    let (width, count) = (weight.slice().len(), input.slice().len());
    let size = part(count, width);
    let [output] = written([[count, size]], |part, [room]| {
        let input = &input.slice()[part * size..][..room.len()];
        let into = room.zeros();
        Instructions::best().run(Forward { input, weight: weight.slice(), epsilon, into: &mut *into });
        [into]
    });
    Some(record(operands, output, shape, move |gradient, asked| {
        backward(input.slice(), weight.slice(), epsilon, gradient, asked)
    }))
}

/// How many numbers of whole rows a task takes.
fn part(count: usize, width: usize) -> usize {
    nearby(count / width, count) * width
}

fn backward(
    input: &[f32],
    weight: &[f32],
    epsilon: f32,
    gradient: &[f32],
    [own, factors]: Asked<2>,
) -> [Option<Vec<f32>>; 2] {
    let (width, count) = (weight.len(), input.len());
    let size = part(count, width);
    let [through, scales] = written([[count, size], [count / width, size / width]], |part, [through, scales]| {
        let [input, gradient] = [input, gradient].map(|all| &all[part * size..][..through.len()]);
        let mut into = [through.zeros(), scales.zeros()];
        let lent = into.each_mut().map(|own| &mut **own);
        Instructions::best().run(Back { input, weight, epsilon, gradient, into: lent });
        into
    });
    let sums = |columns, sums: &mut [f32]| {
        Instructions::best().run(Factors { input, gradient, scales: &scales, columns, sums });
    };
    [own.then_some(through), factors.then(|| by_columns(width, count, sums))]
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
    /// The gradient of `x`, and `s` of each row.
    into: [&'a mut [f32]; 2],
}

impl WithSimd for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let width = self.weight.len();
        let rows = self.input.chunks_exact(width).zip(self.gradient.chunks_exact(width));
        let [through, scales] = self.into;
        for (((input, gradient), through), known) in rows.zip(through.chunks_exact_mut(width)).zip(scales) {
            let scale = inverse_root(input, self.epsilon);
            *known = scale;
            let all = through.iter_mut().zip(gradient).zip(self.weight);
            all.for_each(|((through, gradient), weight)| *through = gradient * weight);
            let mean = dot(through, input) / width as f32 * scale * scale;
            for (through, input) in through.iter_mut().zip(input) {
                *through = scale * (*through - input * mean);
            }
        }
    }
}

/// The gradients of some columns' weights, `Σ g · s · x` over the rows with the gradient of the output.
struct Factors<'a> {
    input: &'a [f32],
    gradient: &'a [f32],
    scales: &'a [f32],
    columns: Range<usize>,
    sums: &'a mut [f32],
}

impl WithSimd for Factors<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let width = self.input.len() / self.scales.len();
        let rows = self.input.chunks_exact(width).zip(self.gradient.chunks_exact(width)).zip(self.scales);
        for ((input, gradient), scale) in rows {
            let own = input[self.columns.clone()].iter().zip(&gradient[self.columns.clone()]);
            self.sums.iter_mut().zip(own).for_each(|(sum, (input, gradient))| *sum += gradient * input * scale);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_gradient_depends_on_how_many_threads_there_are() {
        let (rows, width) = (3_001, 200);
        let numbers = |factor: usize| -> Vec<f32> {
            (0..rows * width).map(|place| (place * factor % 2003) as f32 / 1001.0 - 1.0).collect()
        };
        let (input, gradient, weight) = (numbers(7919), numbers(104_729), vec![0.7; width]);
        let [one, three] = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("there are threads");
            pool.install(|| backward(&input, &weight, 1e-6, &gradient, [true; 2]))
        });
        assert_eq!(one, three);
    }
}
