//! The loss of supervised training.

use burn::tensor::Tensor;

/// How unlikely each token was: `-w_i · log π(y_it)`, zero where the mask is. Divide the sum by the weighted number of
/// tokens of the whole batch, `Σ_i w_i Σ_t m_it`.
///
/// # Shapes
/// - log_probabilities, mask: `[rows, tokens]`
/// - weights: `[rows]`; every row counts the same where there are none
/// - result: `[rows, tokens]`
pub fn cross_entropy(log_probabilities: Tensor<2>, mask: Tensor<2>, weights: Option<Tensor<1>>) -> Tensor<2> {
    let losses = log_probabilities.neg().mask_fill(mask.equal_elem(0.0), 0.0);
    match weights {
        Some(weights) => losses * weights.unsqueeze_dim(1),
        None => losses,
    }
}
