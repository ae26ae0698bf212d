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
        return normalised(input, weight, epsilon).0;
    }
    let operands = [Floats::from(input.clone()), Floats::from(weight.clone())];
    let (input, weight) = (input.no_grad(), weight.no_grad());
    let (output, root) = normalised(input.clone(), weight.clone(), epsilon);
    let recorded = record(operands, output.into(), move |gradient, asked| {
        let (through, factors) = backward([input.clone(), gradient.into()], root.clone(), weight.clone());
        [asked[0].then(|| through.into()), asked[1].then(|| summed(factors).into())]
    });
    recorded.into()
}

/// With `r = √(mean(x²) + ε)` and `g` the gradient of the output times the weight, that of `x` is
/// `(g - x / r · mean(g · x / r)) / r`; that of the weight is the sum over all rows of the output's gradient times `x / r`.
///
/// # Shapes
/// - input, gradient, results: `[..., width]`
/// - root: `[..., 1]`
fn backward<const D: usize>(
    [input, gradient]: [Tensor<D>; 2],
    root: Tensor<D>,
    weight: Tensor<1>,
) -> (Tensor<D>, Tensor<D>) {
    let precision = input.dtype();
    let [even, gradient] = [input, gradient].map(|own| own.cast(DType::F32));
    let (even, own) = (even / root.clone(), gradient.clone() * weight.cast(DType::F32).unsqueeze());
    let mean = (own.clone() * even.clone()).mean_dim(D - 1);
    let through = (own - even.clone() * mean) / root;
    (through.cast(precision), (gradient * even).cast(precision))
}

/// # Shapes
/// - rows: `[..., width]`
/// - result: `[width]`
fn summed<const D: usize>(rows: Tensor<D>) -> Tensor<1> {
    let width = rows.dims()[D - 1];
    rows.reshape([-1, width as i32]).sum_dim(0).squeeze_dim(0)
}
