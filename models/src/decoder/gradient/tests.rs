//! Backward passes written by hand, held against those that burn finds in single precision.

use std::sync::Arc;

use burn::tensor::activation::{log_softmax, silu};
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use fastrand::Rng;

use super::chunks::Asking;
use super::noise::noise;
use super::{attend, gate, likelihood, linear, normalise, probabilities};
use crate::config::Frequencies;
use crate::decoder::blocks::Blocks;
use crate::decoder::heads::{Heads, joined, weighed};
use crate::decoder::linear::composed;
use crate::decoder::norm::normalised;
use crate::decoder::{Positions, Rotation};
use crate::graph::Floats;

/// How far sums in another order are apart, as a part of the largest number.
const SINGLE: f32 = 5e-6;

/// The same, of numbers with eight bits.
const HALF: f32 = 3e-2;

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

fn assert_close(ours: &[f32], theirs: &[f32], tolerance: f32, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    // The largest of numbers is not the one that is none.
    assert!(ours.iter().all(|number| number.is_finite()), "{what}");
    let largest = theirs.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    let apart = ours.iter().zip(theirs).fold(0.0_f32, |apart, (one, other)| apart.max((one - other).abs()));
    assert!(apart <= tolerance * largest, "{what}: {apart:e}, where the largest is {largest:e}");
}

/// What a function gives for two or three tensors, and the gradients of some product with it.
fn all<const A: usize, const B: usize, const C: usize, const D: usize>(
    (one, two, three): &(Tensor<A>, Tensor<B>, Tensor<C>),
    function: impl Fn(Tensor<A>, Tensor<B>, Tensor<C>) -> Tensor<D>,
) -> [Vec<f32>; 4] {
    let output = function(one.clone(), two.clone(), three.clone());
    let factors = noise(output.dims(), output.dtype(), &mut Rng::with_seed(9));
    let mut gradients = (output.clone() * factors.detach()).sum().backward();
    let none = Vec::new;
    [
        read(output),
        one.grad_remove(&mut gradients).map_or_else(none, read),
        two.grad_remove(&mut gradients).map_or_else(none, read),
        three.grad_remove(&mut gradients).map_or_else(none, read),
    ]
}

/// Holds ours, in both precisions, against another function in single precision.
fn compare<const A: usize, const B: usize, const C: usize, const D: usize>(
    what: &str,
    (one, two, three): ([usize; A], [usize; B], [usize; C]),
    ours: impl Fn(Tensor<A>, Tensor<B>, Tensor<C>) -> Tensor<D>,
    theirs: impl Fn(Tensor<A>, Tensor<B>, Tensor<C>) -> Tensor<D>,
) {
    let drawn = |dtype| {
        let random = &mut Rng::with_seed(0);
        (noise(one, dtype, random), noise(two, dtype, random), noise(three, dtype, random))
    };
    let expected = all(&drawn(DType::F32), theirs);
    for (dtype, tolerance) in [(DType::F32, SINGLE), (DType::BF16, HALF)] {
        let found = all(&drawn(dtype), &ours);
        for (part, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_close(found, expected, tolerance, &format!("{what} in {dtype:?}, {part}"));
        }
    }
}

#[test]
fn norms_gates_and_projections_have_the_gradients_that_burn_finds() {
    let shapes = ([3, 7, 24], [24], [1]);
    compare("norm", shapes, |x, w, _| normalise(x, w, 1e-6), |x, w, _| normalised(x, w, 1e-6).0);
    compare("gate", ([3, 7, 24], [3, 7, 24], [1]), |g, u, _| gate(g, u), |g, u, _| silu(g) * u);
    let shapes = ([3, 7, 24], [40, 24], [40]);
    compare("bias", shapes, |x, w, b| linear(x, w, Some(b)), |x, w, b| composed(x, w, Some(b)));
    compare("none", shapes, |x, w, _| linear(x, w, None), |x, w, _| composed(x, w, None));
}

#[test]
fn attention_in_blocks_has_the_gradients_of_the_whole_square() {
    let (rows, columns, width) = (2, 37, 8);
    let frequencies = Frequencies { radians: vec![1.0, 0.3, 0.1, 0.01], scale: 1.2 };
    let positions = Positions::beginning([columns; 2]);
    let shapes = ([rows, columns, 4 * width], [rows, columns, 2 * width], [rows, columns, 2 * width]);
    for (window, queries) in [(None, 16), (None, 37), (Some(10), 16), (Some(10), 5)] {
        let blocks = |queries, dtype| Arc::new(Blocks::with(queries, columns, window, (&Device::flex(), dtype)));
        let rotation = |of: &Tensor<3>| Rotation::new(&frequencies, &positions, &of.device(), of.dtype());
        let ours = |q: Tensor<3>, k, v| {
            let (rotation, blocks) = (rotation(&q), blocks(queries, q.dtype()));
            attend([q, k, v], &rotation, blocks, width)
        };
        let theirs = |q: Tensor<3>, k, v| {
            let whole = blocks(columns, DType::F32);
            let mask = whole.mask(&whole.iter().next().expect("it is one"));
            let rotation = rotation(&q);
            joined(weighed(Heads::rotated([q, k, v], &rotation, width).0, Some(Tensor::from_inner(mask))))
        };
        compare(&format!("{window:?} in {queries}"), shapes, ours, theirs);
    }
}

/// Logits in chunks of four tokens.
fn asking(hidden: &Tensor<2>, weight: &Tensor<2>, words: &[u32], scale: f32) -> ([Floats; 2], Asking) {
    let operands = [hidden.clone(), weight.clone()].map(Floats::from);
    (operands, Asking::in_chunks(hidden.clone(), weight.clone(), words, scale, 4 * weight.dims()[0]))
}

#[test]
fn likelihoods_in_chunks_have_the_gradients_of_all_logits_at_once() {
    let words: Vec<u32> = (0..10).map(|place| place * 13 % 30).collect();
    let columns: Vec<i64> = words.iter().map(|word| i64::from(*word)).collect();
    let columns = Tensor::<2, Int>::from_data(TensorData::new(columns, [10, 1]), &Device::flex().autodiff());
    let factors: Vec<f32> = words.iter().map(|word| (*word as f32 - 10.0) / 100.0).collect();
    let logs = |x: Tensor<2>, w: Tensor<2>, scale: f32| log_softmax(x.matmul(w.transpose()).mul_scalar(scale), 1);
    let shapes = ([10, 8], [30, 8], [1]);
    let ours = |x: Tensor<2>, w: Tensor<2>, _| {
        let (operands, asking) = asking(&x, &w, &words, 1.0);
        likelihood::recorded(operands, &asking, &factors)
    };
    let theirs = |x, w, _| {
        let factors = Tensor::<2>::from_data(TensorData::new(factors.clone(), [10, 1]), &Device::flex().autodiff());
        (logs(x, w, 1.0).gather(1, columns.clone()) * factors).sum()
    };
    compare("likelihood", shapes, ours, theirs);
    let ours = |x: Tensor<2>, w: Tensor<2>, _| {
        let (operands, asking) = asking(&x, &w, &words, 1.4);
        probabilities::recorded(operands, asking)
    };
    let theirs = |x, w, _| {
        let all = logs(x, w, 1.4);
        let entropies = (all.clone().exp() * all.clone()).sum_dim(1).neg();
        Tensor::cat(vec![all.gather(1, columns.clone()), entropies], 1).transpose()
    };
    compare("probabilities", shapes, ours, theirs);
}

#[test]
fn what_is_asked_about_no_word_is_nothing() {
    let random = &mut Rng::with_seed(0);
    let (hidden, weight) = (noise([0, 8], DType::F32, random), noise([30, 8], DType::F32, random));
    let likelihood = super::log_likelihood(hidden.clone(), weight.clone(), &[], &[]);
    assert_eq!(read(likelihood.clone()), [0.0]);
    let gradient = weight.grad(&likelihood.backward()).expect("it is asked for");
    assert!(read(gradient).iter().all(|number| *number == 0.0));
    assert_eq!(super::log_probabilities(hidden, weight, &[], 1.0).dims(), [2, 0]);
}
