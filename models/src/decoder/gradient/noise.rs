//! Numbers for this folder's own tests: as wide as normalised states, the same in every run, and in every precision.

use burn::tensor::{DType, Device, Tensor, TensorData, bf16};
use fastrand::Rng;

/// Asked for a gradient.
pub(super) fn noise<const D: usize>(shape: [usize; D], dtype: DType, random: &mut Rng) -> Tensor<D> {
    let numbers: Vec<f32> =
        (0..shape.iter().product()).map(|_| bf16::from_f32(4.0 * random.f32() - 2.0).to_f32()).collect();
    Tensor::from_data(TensorData::new(numbers, shape), (&Device::flex().autodiff(), dtype)).require_grad()
}
