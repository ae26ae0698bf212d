//! Root mean square normalisation. Owns the order of its roundings, which is the reference's.

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Tensor};

use super::gradient;
use super::linear::unfilled;
use crate::fused::gradient::normalise;

/// `x / √(mean(x²) + ε) · weight`, over the last dimension, <https://arxiv.org/abs/1910.07467>.
#[derive(Module, Debug)]
pub struct RmsNorm {
    /// One factor for each dimension.
    pub weight: Param<Tensor<1>>,
    epsilon: f64,
}

impl RmsNorm {
    /// A norm whose factors are yet to be filled.
    pub(crate) fn unfilled(width: usize, epsilon: f64, device: &Device) -> Self {
        Self { weight: unfilled([width], device), epsilon }
    }

    /// # Shapes
    /// - input: `[..., width]`
    /// - result: `[..., width]`
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        let fused = normalise(&input, &self.weight.val(), self.epsilon);
        fused.unwrap_or_else(|| gradient::normalise(input, self.weight.val(), self.epsilon))
    }

    /// The same of burn's own operations, with the gradients that burn finds.
    ///
    /// # Shapes
    /// - input: `[..., width]`
    /// - result: `[..., width]`
    pub fn composed<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        normalised(input, self.weight.val(), self.epsilon).0
    }
}

/// The input normalised, and what it was divided by. The mean is taken in single precision whatever the input's; what it
/// divides is rounded before the factors.
///
/// # Shapes
/// - input: `[..., width]`
/// - weight: `[width]`
/// - results: `[..., width]`, `[..., 1]`
pub(super) fn normalised<const D: usize>(input: Tensor<D>, weight: Tensor<1>, epsilon: f64) -> (Tensor<D>, Tensor<D>) {
    let (precision, input) = (input.dtype(), input.cast(DType::F32));
    let root = (input.clone().square().mean_dim(D - 1) + epsilon).sqrt();
    ((input / root.clone()).cast(precision) * weight.unsqueeze(), root)
}
