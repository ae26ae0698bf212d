//! How likely a head makes given words. Owns that gradients are found with the logits, which are then forgotten.

use burn::tensor::{DType, Tensor, TensorData};

use super::chunks::{Asking, Sides};
use crate::graph::{Floats, record};

/// `Σ factor · log softmax(hidden · weightᵀ)[word]`.
///
/// # Shapes
/// - hidden: `[tokens, width]`
/// - weight: `[vocabulary, width]`
/// - words, factors: `[tokens]`
/// - result: `[1]`
pub(in crate::decoder) fn log_likelihood(
    hidden: Tensor<2>,
    weight: Tensor<2>,
    words: &[u32],
    factors: &[f32],
) -> Tensor<1> {
    if words.is_empty() {
        return hidden.matmul(weight.transpose()).sum();
    }
    let operands = [hidden.clone(), weight.clone()].map(Floats::from);
    recorded(operands, &Asking::new(hidden, weight, words, 1.0), factors)
}

pub(super) fn recorded(operands: [Floats; 2], asking: &Asking, factors: &[f32]) -> Tensor<1> {
    let (asked, precision) = (operands.each_ref().map(Floats::are_asked), asking.weight.dtype());
    let (total, gradients) = total(asking, factors, asked);
    let recorded = record(operands, total.into(), move |gradient, _| {
        let gradient = Tensor::<1>::from(gradient).unsqueeze::<2>();
        let scaled = |own: Tensor<2>| (own.cast(DType::F32) * gradient.clone()).cast(precision);
        gradients.clone().map(|own| own.map(|own| scaled(own).into()))
    });
    recorded.into()
}

/// The sum, and the gradients that are asked for.
fn total(asking: &Asking, factors: &[f32], asked: [bool; 2]) -> (Tensor<1>, [Option<Tensor<2>>; 2]) {
    let factors = TensorData::new(factors.to_vec(), [factors.len()]);
    let factors = Tensor::<1>::from_data(factors, &asking.hidden.device());
    let (mut total, mut sides) = (Vec::new(), Sides::new(asked));
    for chunk in asking.chunks() {
        let factors = chunk.of(&factors);
        total.push((chunk.own() * factors.clone()).sum());
        if asked.contains(&true) {
            let gradient = (asking.chosen(&chunk) - chunk.all.clone().exp()) * factors;
            sides.add(asking, &chunk, gradient);
        }
    }
    (Tensor::cat(total, 0).sum(), sides.done())
}
