//! Root mean square normalisation. Owns its gradient.

use burn::tensor::{DType, Tensor};

use crate::decoder::norm::normalised;
use crate::graph::{Floats, is_recorded, record};

/// `x / √(mean(x²) + ε) · weight`, over the last dimension.
///
/// # Shapes
/// - input: `[..., width]`
/// - weight: `[width]`
/// - result: `[..., width]`
pub(in crate::decoder) fn normalise<const D: usize>(input: Tensor<D>, weight: Tensor<1>, epsilon: f64) -> Tensor<D> {
    if !is_recorded(&input) {
        return normalised(input, weight, epsilon);
    }
    let operands = [Floats::from(input.clone()), Floats::from(weight.clone())];
    let (input, weight) = (input.no_grad(), weight.no_grad());
    let output = normalised(input.clone(), weight.clone(), epsilon);
    let recorded = record(operands, output.into(), move |gradient, asked| {
        let width = weight.dims()[0];
        let rows = |own: Tensor<D>| own.reshape([-1, width as i32]).cast(DType::F32);
        let (through, factors) = backward(rows(input.clone()), weight.clone(), rows(gradient.into()), epsilon);
        let through = asked[0].then(|| through.cast(input.dtype()).reshape(input.dims()).into());
        [through, asked[1].then(|| factors.cast(weight.dtype()).into())]
    });
    recorded.into()
}

/// With `s = 1 / √(mean(x²) + ε)` and `g` the gradient of the output times the weight, that of `x` is
/// `s · (g - x · s² · mean(g · x))`; that of the weight is the sum over all rows of the output's gradient times `x · s`.
///
/// # Shapes
/// - input, gradient: `[rows, width]`
/// - results: `[rows, width]`, `[width]`
fn backward(input: Tensor<2>, weight: Tensor<1>, gradient: Tensor<2>, epsilon: f64) -> (Tensor<2>, Tensor<1>) {
    let root = (input.clone().square().mean_dim(1) + epsilon).sqrt();
    let even = input / root.clone();
    let own = gradient.clone() * weight.cast(DType::F32).unsqueeze();
    let mean = (own.clone() * even.clone()).mean_dim(1);
    let through = (own - even.clone() * mean) / root;
    (through, (gradient * even).sum_dim(0).squeeze_dim(0))
}
