//! Attention with grouped queries. Owns the projections and the composed product; knows nothing of where the past is
//! kept.

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{DType, Device, Tensor};

use super::linear::Bias;
use super::pass::Pass;
use super::{Linear, RmsNorm};
use crate::config::Config;
use crate::fused::gradient::{Sight, attend};

/// Attention in which several heads of queries share one of keys and values, <https://arxiv.org/abs/2305.13245>.
#[derive(Module, Debug)]
pub struct Attention {
    /// Queries of all heads.
    pub q_proj: Linear,
    /// Keys of the shared heads.
    pub k_proj: Linear,
    /// Values of the shared heads.
    pub v_proj: Linear,
    /// Back to the width of hidden states.
    pub o_proj: Linear,
    /// Normalises the queries of each head, where the architecture does.
    pub q_norm: Option<RmsNorm>,
    /// Normalises the keys of each head, where the architecture does.
    pub k_norm: Option<RmsNorm>,
    heads: usize,
    key_value_heads: usize,
    head_dimension: usize,
}

impl Attention {
    /// Attention whose parameters are yet to be filled.
    pub(crate) fn unfilled(config: &Config, device: &Device) -> Self {
        let (hidden, width) = (config.hidden_size, config.head_dimension);
        let (queries, keys) = (config.heads * width, config.key_value_heads * width);
        let (bias, output) = (Bias::when(config.biases.query_key_value), Bias::when(config.biases.output));
        let normalised = config.normalises_queries_and_keys();
        let norm = || normalised.then(|| RmsNorm::unfilled(width, config.norm_epsilon, device));
        Self {
            q_proj: Linear::unfilled(hidden, queries, bias, device),
            k_proj: Linear::unfilled(hidden, keys, bias, device),
            v_proj: Linear::unfilled(hidden, keys, bias, device),
            o_proj: Linear::unfilled(queries, hidden, output, device),
            q_norm: norm(),
            k_norm: norm(),
            heads: config.heads,
            key_value_heads: config.key_value_heads,
            head_dimension: width,
        }
    }

    /// # Shapes
    /// - input: `[rows, columns, hidden]`
    /// - result: `[rows, columns, hidden]`
    pub(crate) fn forward(&self, input: Tensor<3>, pass: &mut Pass<'_>, layer: usize) -> Tensor<3> {
        let [queries, keys, values] = self.project(input);
        let fused = if pass.past.is_none() { attend(&queries, &keys, &values, &self.sight(pass, layer)) } else { None };
        self.o_proj.forward(fused.unwrap_or_else(|| self.composed([queries, keys, values], pass, layer)))
    }

    /// Queries, keys and values, each with its heads side by side.
    ///
    /// # Shapes
    /// - input: `[rows, columns, hidden]`
    /// - results: `[rows, columns, heads · width]`
    fn project(&self, input: Tensor<3>) -> [Tensor<3>; 3] {
        let [rows, columns, _] = input.dims();
        let width = self.head_dimension;
        let normalised = |heads: Tensor<3>, norm: &Option<RmsNorm>| match norm {
            Some(norm) => {
                let shape = heads.dims();
                norm.forward(heads.reshape([rows as i32, columns as i32, -1, width as i32])).reshape(shape)
            }
            None => heads,
        };
        [
            normalised(self.q_proj.forward(input.clone()), &self.q_norm),
            normalised(self.k_proj.forward(input.clone()), &self.k_norm),
            self.v_proj.forward(input),
        ]
    }

    fn sight(&self, pass: &mut Pass<'_>, layer: usize) -> Sight {
        Sight {
            positions: pass.positions.clone(),
            angles: pass.angles(),
            heads: [self.heads, self.key_value_heads],
            width: self.head_dimension,
            window: pass.windows[layer],
        }
    }

    /// Rotation and attention of burn's own operations.
    ///
    /// # Shapes
    /// - projections: `[rows, columns, heads · width]`
    /// - result: `[rows, columns, heads · width]`
    fn composed(&self, projections: [Tensor<3>; 3], pass: &mut Pass<'_>, layer: usize) -> Tensor<3> {
        let [rows, columns, all] = projections[0].dims();
        let width = self.head_dimension as i32;
        let split = |heads: Tensor<3>| heads.reshape([rows as i32, columns as i32, -1, width]).swap_dims(1, 2);
        let [queries, keys, values] = projections.map(split);
        let rotation = pass.rotation();
        let (queries, keys) = (rotation.apply(queries), rotation.apply(keys));
        let (keys, values) = pass.past.extend(layer, keys, values);
        composed(queries, keys, values, pass.mask(layer)).swap_dims(1, 2).reshape([rows, columns, all])
    }
}

/// `softmax(q · kᵀ / √head + mask) · v`. The queries that share a head of keys are stacked, so that keys and values are
/// never repeated.
///
/// # Shapes
/// - queries: `[rows, heads, columns, head]`
/// - keys, values: `[rows, key-value heads, slots, head]`
/// - mask: `[rows or 1, 1, columns, slots]`
/// - result: `[rows, heads, columns, head]`
fn composed(queries: Tensor<4>, keys: Tensor<4>, values: Tensor<4>, mask: Option<Tensor<4>>) -> Tensor<4> {
    let [rows, heads, columns, width] = queries.dims();
    let [_, shared, slots, _] = keys.dims();
    let precision = queries.dtype();
    let stacked = [rows, shared, heads / shared * columns, width];
    let queries = queries.mul_scalar((width as f64).powf(-0.5)).reshape(stacked);
    let scores = queries.matmul(keys.swap_dims(2, 3)).reshape([rows, heads, columns, slots]);
    let scores = if let Some(mask) = mask { scores + mask } else { scores };
    let weights = softmax(scores.cast(DType::F32), 3).cast(precision);
    let attended = weights.reshape([rows, shared, heads / shared * columns, slots]).matmul(values);
    attended.reshape([rows, heads, columns, width])
}
