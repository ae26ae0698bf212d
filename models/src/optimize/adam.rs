//! AdamW: <https://arxiv.org/abs/1711.05101>, algorithm 2, as `torch.optim.AdamW` computes it.

use burn::tensor::{DType, Tensor};

use crate::fused::optimize::{Flat, Followed, Rates, follow};

/// Follows a gradient by a step.
///
/// # Shapes
/// - gradient, moments: `[numbers]`
pub(super) fn step<const D: usize>(before: Followed<D>, gradient: &Tensor<1>, rates: Rates) -> Followed<D> {
    if Flat::is_here(&before.value) { follow(before, gradient, rates) } else { composed(before, gradient, rates) }
}

/// The step of burn's own operations.
pub(super) fn composed<const D: usize>(before: Followed<D>, gradient: &Tensor<1>, rates: Rates) -> Followed<D> {
    let Followed { value, exact, moments: [first, second] } = before;
    let ([beta1, beta2], [divisor, epsilon]) = (rates.betas, rates.spread);
    let (shape, dtype, rounded) = (value.shape(), value.dtype(), exact.is_some());
    let gradient = gradient.clone().cast(DType::F32).mul_scalar(rates.factor);
    let first = first.mul_scalar(beta1) + gradient.clone().mul_scalar(1.0 - beta1);
    let second = second.mul_scalar(beta2) + (gradient.clone() * gradient).mul_scalar(1.0 - beta2);
    let kept = exact.unwrap_or_else(|| value.reshape([shape.num_elements()])).mul_scalar(rates.kept);
    let spread = second.clone().sqrt().div_scalar(divisor).add_scalar(epsilon);
    let moved = kept - (first.clone() / spread).mul_scalar(rates.step);
    let exact = rounded.then(|| moved.clone());
    Followed { value: moved.reshape(shape).cast(dtype), exact, moments: [first, second] }
}

#[cfg(test)]
mod tests;
