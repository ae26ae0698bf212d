//! A linear projection. Owns its products on the way back: each gives a gradient as it lies in memory, where burn's own are
//! turned and so copied.

use burn::tensor::Tensor;

use crate::decoder::linear::composed;
use crate::graph::{Asked, Floats, is_recorded, record};

/// `input · weightᵀ + bias`.
///
/// # Shapes
/// - input: `[..., input]`
/// - weight: `[output, input]`
/// - bias: `[output]`
/// - result: `[..., output]`
pub(in crate::decoder) fn linear<const D: usize>(
    input: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
) -> Tensor<D> {
    if !is_recorded(&input) {
        return composed(input, weight, bias);
    }
    let sides = Sides { input: input.clone().no_grad(), weight: weight.clone().no_grad() };
    let output = composed(sides.input.clone(), sides.weight.clone(), bias.clone().map(Tensor::no_grad)).into();
    let (input, weight) = (Floats::from(input), Floats::from(weight));
    let Some(bias) = bias else {
        return record([input, weight], output, move |gradient, asked| sides.backward(gradient.into(), asked)).into();
    };
    let recorded = record([input, weight, bias.into()], output, move |gradient, [input, weight, bias]| {
        let gradient = Tensor::<D>::from(gradient);
        let sums = bias.then(|| {
            let rows = sides.rows(gradient.clone());
            rows.sum_dim(0).squeeze_dim::<1>(0).into()
        });
        let [input, weight] = sides.backward(gradient, [input, weight]);
        [input, weight, sums]
    });
    recorded.into()
}

/// Both sides of the product.
struct Sides<const D: usize> {
    input: Tensor<D>,
    weight: Tensor<2>,
}

impl<const D: usize> Sides<D> {
    fn backward(&self, gradient: Tensor<D>, [input, weight]: Asked<2>) -> [Option<Floats>; 2] {
        let gradient = self.rows(gradient);
        let through = |gradient: Tensor<2>| gradient.matmul(self.weight.clone()).reshape(self.input.dims()).into();
        let of_weight = |gradient: Tensor<2>| gradient.transpose().matmul(self.rows(self.input.clone())).into();
        [input.then(|| through(gradient.clone())), weight.then(|| of_weight(gradient))]
    }

    /// One row for each token.
    fn rows(&self, tensor: Tensor<D>) -> Tensor<2> {
        let width = tensor.dims()[D - 1];
        tensor.reshape([-1, width as i32])
    }
}
