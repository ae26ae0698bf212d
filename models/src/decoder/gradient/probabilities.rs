//! How likely a head makes each of given words, and how uncertain it is. Owns the gradients, for which logits are computed
//! again.

use burn::tensor::{DType, Tensor};

use super::chunks::{Asking, Sides};
use crate::graph::{Asked, Floats, record};

/// `log softmax(scale · hidden · weightᵀ)[word]` of each token, and the entropy of the distribution it stands in.
///
/// # Shapes
/// - hidden: `[tokens, width]`
/// - weight: `[vocabulary, width]`
/// - words: `[tokens]`
/// - result: `[2, tokens]`, log-probabilities first, in single precision
pub(in crate::decoder) fn log_probabilities(
    hidden: Tensor<2>,
    weight: Tensor<2>,
    words: &[u32],
    scale: f32,
) -> Tensor<2> {
    if words.is_empty() {
        return hidden.matmul(weight.transpose()).narrow(1, 0, 2).transpose();
    }
    let operands = [hidden.clone(), weight.clone()].map(Floats::from);
    recorded(operands, Asking::new(hidden, weight, words, scale))
}

pub(super) fn recorded(operands: [Floats; 2], asking: Asking) -> Tensor<2> {
    let both = forward(&asking);
    let entropies = row(&both, 1);
    let recorded = record(operands, both.into(), move |gradient, asked| {
        let found = backward(&asking, &entropies, &gradient.into(), asked);
        found.map(|own| own.map(Floats::from))
    });
    recorded.into()
}

fn forward(asking: &Asking) -> Tensor<2> {
    let chunks = asking.chunks().map(|chunk| {
        let entropies = (chunk.all.clone().exp() * chunk.all.clone()).sum_dim(1).neg();
        Tensor::cat(vec![chunk.own(), entropies], 1)
    });
    Tensor::cat(chunks.collect(), 0).transpose()
}

/// With `p` the probabilities and `h` their entropy, the entropy's gradient by a logit is `-p · (log p + h)`.
fn backward(asking: &Asking, entropies: &Tensor<1>, gradient: &Tensor<2>, asked: Asked<2>) -> [Option<Tensor<2>>; 2] {
    let [own, uncertain] = [0, 1].map(|index| row(gradient, index).mul_scalar(asking.scale));
    let mut sides = Sides::new(asked);
    for chunk in asking.chunks() {
        let probabilities = chunk.all.clone().exp();
        let likely = (asking.chosen(&chunk) - probabilities.clone()) * chunk.of(&own);
        let even = probabilities * (chunk.all.clone() + chunk.of(entropies)) * chunk.of(&uncertain);
        sides.add(asking, &chunk, likely - even);
    }
    let [hidden, weight] = sides.done();
    [hidden, weight.map(|own| own.cast(asking.weight.dtype()))]
}

fn row(both: &Tensor<2>, index: usize) -> Tensor<1> {
    both.clone().narrow(0, index, 1).squeeze_dim::<1>(0).cast(DType::F32)
}
