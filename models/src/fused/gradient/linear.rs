//! A linear projection. Owns its three products.

use burn::tensor::Tensor;

use super::operation::{Asked, Numbers, Operand, record};
use crate::fused::matrix::{Matrix, column_sums, new_product};

/// `input · weightᵀ + bias`.
///
/// # Shapes
/// - input: `[..., input]`
/// - weight: `[output, input]`
/// - bias: `[output]`
/// - result: `[..., output]`
pub(crate) fn linear<const D: usize>(
    input: &Tensor<D>,
    weight: &Tensor<2>,
    bias: Option<&Tensor<1>>,
) -> Option<Tensor<D>> {
    let mut shape = input.dims();
    let [outputs, width] = weight.dims();
    shape[D - 1] = outputs;
    let operands = [Operand::of(input)?, Operand::of(weight)?];
    let sides = Sides { width, outputs, input: operands[0].numbers(), weight: operands[1].numbers() };
    let Some(bias) = bias else {
        let output = sides.forward(None);
        return Some(record(operands, output, shape, move |gradient, asked| sides.backward(gradient, asked)));
    };
    let [input, weight] = operands;
    let bias = Operand::of(bias)?;
    let output = sides.forward(Some(bias.numbers().slice()));
    Some(record([input, weight, bias], output, shape, move |gradient, [input, weight, bias]| {
        let [input, weight] = sides.backward(gradient, [input, weight]);
        [input, weight, bias.then(|| column_sums(gradient, outputs))]
    }))
}

/// Both sides of the product.
struct Sides {
    width: usize,
    outputs: usize,
    input: Numbers,
    weight: Numbers,
}

impl Sides {
    fn forward(&self, bias: Option<&[f32]>) -> Vec<f32> {
        let [input, weight] = [&self.input, &self.weight].map(|own| Matrix::new(own.slice(), self.width));
        new_product(input, weight.transposed(), bias)
    }

    fn backward(&self, gradient: &[f32], [input, weight]: Asked<2>) -> [Option<Vec<f32>>; 2] {
        let gradient = Matrix::new(gradient, self.outputs);
        let through = |left, right: &Numbers| new_product(left, Matrix::new(right.slice(), self.width), None);
        [input.then(|| through(gradient, &self.weight)), weight.then(|| through(gradient.transposed(), &self.input))]
    }
}
