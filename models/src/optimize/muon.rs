//! Muon: <https://kellerjordan.github.io/posts/muon/>, as `torch.optim.Muon` computes it, in single precision where torch
//! has bfloat16. How far a step goes is that of <https://arxiv.org/abs/2502.16982>, section 2.2: entries as large as those
//! of a step of AdamW, so that one learning rate serves both.

use burn::tensor::Tensor;

use crate::fused::optimize::{Flat, LEAST, QUINTIC, ROUNDS, blend, orthogonal};

/// The root mean square of a step's entries, as a part of the learning rate.
const SPREAD: f64 = 0.2;

/// How far a matrix goes along its direction, as a part of the learning rate.
pub(super) fn reach([rows, columns]: [usize; 2]) -> f64 {
    SPREAD * (rows.max(columns) as f64).sqrt()
}

/// The mean of gradients after another one, and what it will be should the next one be alike (Nesterov).
pub(super) fn means(mean: Tensor<1>, gradient: Tensor<1>, momentum: f64) -> [Tensor<1>; 2] {
    let mean = blend(mean, gradient.clone(), [momentum, 1.0 - momentum]);
    let ahead = blend(gradient, mean.clone(), [1.0 - momentum, momentum]);
    [mean, ahead]
}

/// The matrices with singular values that are all near one.
///
/// # Shapes
/// - matrices, result: `[rows * columns]` each, beside `[rows, columns]`
pub(super) fn directions(matrices: Vec<(Tensor<1>, [usize; 2])>) -> Vec<Tensor<1>> {
    if matrices.iter().all(|(numbers, _)| Flat::is_here(numbers)) {
        return orthogonal(matrices);
    }
    matrices.into_iter().map(|(numbers, shape)| composed(numbers, shape)).collect()
}

/// The same of burn's own operations, for one.
fn composed(numbers: Tensor<1>, [rows, columns]: [usize; 2]) -> Tensor<1> {
    let matrix: Tensor<2> = numbers.reshape([rows, columns]);
    let wide = if rows > columns { matrix.transpose() } else { matrix };
    let norm = wide.clone().square().sum().sqrt().clamp_min(LEAST);
    let mut turned = wide / norm.unsqueeze();
    let [own, square, cube] = QUINTIC;
    for _ in 0..ROUNDS {
        let gram = turned.clone().matmul(turned.clone().transpose());
        let inner = gram.clone().mul_scalar(square) + gram.clone().matmul(gram).mul_scalar(cube);
        turned = turned.clone().mul_scalar(own) + inner.matmul(turned);
    }
    let turned = if rows > columns { turned.transpose() } else { turned };
    turned.reshape([rows * columns])
}

#[cfg(test)]
mod tests;
