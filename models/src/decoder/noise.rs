//! Numbers for this folder's own tests: as wide as normalized states, and the same in every run.

use burn::tensor::{Device, Tensor, TensorData};
use fastrand::Rng;

pub(super) fn noise<const D: usize>(shape: [usize; D], random: &mut Rng) -> Tensor<D> {
    let numbers: Vec<f32> = (0..shape.iter().product()).map(|_| 4.0 * random.f32() - 2.0).collect();
    Tensor::from_data(TensorData::new(numbers, shape), &Device::flex())
}
