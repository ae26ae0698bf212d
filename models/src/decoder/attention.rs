//! Attention with grouped queries. Owns the projections and the composed product; knows nothing of where the past is
//! kept.

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{DType, Device, Tensor};

use super::linear::Bias;
use super::stack::Pass;
use super::{Linear, RmsNorm};
use crate::config::Config;

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
        let [rows, columns, _] = input.dims();
        let (shared, width) = (self.key_value_heads, self.head_dimension);
        let split = |projection: &Linear, heads: usize, norm: Option<&RmsNorm>| {
            let split = projection.forward(input.clone()).reshape([rows, columns, heads, width]);
            let split = if let Some(norm) = norm { norm.forward(split) } else { split };
            split.swap_dims(1, 2)
        };
        let queries = pass.rotation.apply(split(&self.q_proj, self.heads, self.q_norm.as_ref()));
        let keys = pass.rotation.apply(split(&self.k_proj, shared, self.k_norm.as_ref()));
        let values = split(&self.v_proj, shared, None);
        let (keys, values) = pass.past.extend(layer, keys, values);
        let attended = attend(queries, keys, values, pass.mask(layer));
        self.o_proj.forward(attended.swap_dims(1, 2).reshape([rows, columns, self.heads * width]))
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
fn attend(queries: Tensor<4>, keys: Tensor<4>, values: Tensor<4>, mask: Option<Tensor<4>>) -> Tensor<4> {
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
