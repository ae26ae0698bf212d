//! A loaded model's parameters, packed. Owns which of them are put side by side; each is given up as soon as it is packed.

use std::borrow::Cow;
use std::{iter, slice};

use burn::module::Param;
use burn::tensor::{DType, Element, Tensor, TensorData};
use half::bf16;

use super::heads::{Finish, Heads};
use super::layer::{Layer, Linear};
use super::panels::Panels;
use super::tile::COLUMNS;
use crate::config::Config;
use crate::decoder;

/// Packs a layer.
pub(crate) fn layer(block: decoder::Block, config: &Config, window: Option<usize>) -> Layer {
    let decoder::Block { self_attn: attention, mlp, input_layernorm, post_attention_layernorm } = block;
    let (heads, epsilon) = (heads(config), config.norm_epsilon as f32);
    let norms = attention.q_norm.zip(attention.k_norm).map(|(query, key)| [query, key].map(|norm| single(norm.weight)));
    let projections = [attention.q_proj, attention.k_proj, attention.v_proj];
    let (weights, biases): (Vec<_>, Vec<_>) = projections.into_iter().map(parts).unzip();
    let bias = biases.into_iter().collect::<Option<Vec<_>>>().map(|biases| biases.concat());
    let ((gate, gate_bias), (up, up_bias)) = (parts(mlp.gate_proj), parts(mlp.up_proj));
    Layer {
        heads,
        window,
        epsilon,
        attention_norm: single(input_layernorm.weight),
        projection: pack(&weights, Order::SideBySide),
        finish: Finish { bias, norms, epsilon },
        output: linear(attention.o_proj),
        mlp_norm: single(post_attention_layernorm.weight),
        gate: pack(&[gate, up], Order::InTurn),
        gate_biases: gate_bias.zip(up_bias).map(|(gate, up)| lines_in_turn(&gate, &up)),
        down: linear(mlp.down_proj),
    }
}

/// How attention is divided.
pub(crate) fn heads(config: &Config) -> Heads {
    Heads { queries: config.heads, shared: config.key_value_heads, width: config.head_dimension }
}

/// One matrix.
pub(crate) fn matrix(weight: &TensorData) -> Panels {
    pack(slice::from_ref(weight), Order::SideBySide)
}

/// The numbers of a parameter in single precision.
pub(crate) fn single<const D: usize>(parameter: Param<Tensor<D>>) -> Vec<f32> {
    data(parameter).iter::<f32>().collect()
}

/// The numbers of a parameter.
pub(crate) fn data<const D: usize>(parameter: Param<Tensor<D>>) -> TensorData {
    parameter.into_value().into_data()
}

fn parts(mut linear: decoder::Linear) -> (TensorData, Option<Vec<f32>>) {
    linear.merge();
    (data(linear.weight), linear.bias.map(single))
}

fn linear(linear: decoder::Linear) -> Linear {
    let (weight, bias) = parts(linear);
    Linear { weight: matrix(&weight), bias }
}

/// How the outputs of several matrices with the same input follow each other.
#[derive(Clone, Copy)]
enum Order {
    SideBySide,
    /// A panel of each in turn, the last filled up with empty outputs.
    InTurn,
}

/// Packs matrices of one row for each output. Half precision, which has bits that the upper half of single precision has
/// not, becomes single.
fn pack(weights: &[TensorData], order: Order) -> Panels {
    let depth = weights[0].shape[1];
    if weights.iter().all(|weight| weight.dtype == DType::BF16) {
        Panels::of_upper(&order.arrange(weights.iter(), &vec![bf16::ZERO; depth]))
    } else {
        let weights: Vec<Cow<'_, TensorData>> = weights.iter().map(in_single).collect();
        Panels::of_single(&order.arrange(weights.iter().map(|weight| &**weight), &vec![0.0_f32; depth]))
    }
}

fn in_single(weight: &TensorData) -> Cow<'_, TensorData> {
    if weight.dtype == DType::F32 {
        Cow::Borrowed(weight)
    } else {
        Cow::Owned(weight.clone().convert_dtype(DType::F32))
    }
}

impl Order {
    fn arrange<'a, N: Element>(self, weights: impl Iterator<Item = &'a TensorData>, empty: &'a [N]) -> Vec<&'a [N]> {
        let rows = |weight: &'a TensorData| {
            let numbers = weight.as_slice::<N>().expect("weights are contiguous and of this type");
            numbers.chunks_exact(empty.len()).collect::<Vec<_>>()
        };
        let weights: Vec<_> = weights.map(rows).collect();
        match self {
            Self::SideBySide => weights.concat(),
            Self::InTurn => {
                let count = weights[0].len().div_ceil(COLUMNS);
                let panel = |weight: &Vec<&'a [N]>, index: usize| {
                    let rows = weight.iter().skip(index * COLUMNS).copied();
                    rows.chain(iter::repeat(empty)).take(COLUMNS).collect::<Vec<_>>()
                };
                (0..count).flat_map(|index| weights.iter().flat_map(move |own| panel(own, index))).collect()
            }
        }
    }
}

/// Biases in the order of [`Order::InTurn`].
fn lines_in_turn(one: &[f32], other: &[f32]) -> Vec<[f32; COLUMNS]> {
    let line = |numbers: &[f32]| std::array::from_fn(|place| numbers.get(place).copied().unwrap_or(0.0));
    one.chunks(COLUMNS).zip(other.chunks(COLUMNS)).flat_map(|(one, other)| [line(one), line(other)]).collect()
}
