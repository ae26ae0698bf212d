//! The loss of reward models.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// `-log σ(r_c - r_r - m)`: the chosen text is to be worth more than the rejected one, by a margin where there is one
/// (Bradley and Terry 1952; margins <https://arxiv.org/abs/2307.09288>, equation 2).
///
/// # Shapes
/// - chosen, rejected, margin, result: `[pairs]`
pub fn bradley_terry(chosen: Tensor<1>, rejected: Tensor<1>, margin: Option<Tensor<1>>) -> Tensor<1> {
    let difference = chosen - rejected;
    let difference = if let Some(margin) = margin { difference - margin } else { difference };
    log_sigmoid(difference).neg()
}

/// `(r_c + r_r)²`: what keeps rewards around zero, where their loss leaves them free
/// (<https://arxiv.org/abs/2312.09244>, equation 2).
///
/// # Shapes
/// - chosen, rejected, result: `[pairs]`
pub fn centered(chosen: Tensor<1>, rejected: Tensor<1>) -> Tensor<1> {
    (chosen + rejected).powi_scalar(2)
}
