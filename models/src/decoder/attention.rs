//! Attention with grouped queries. Owns the projections, and which way attention is computed; knows nothing of where the past
//! is kept.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::gradient;
use super::heads::{Heads, joined, weighed};
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

    /// What every token sees of the values, its heads side by side: [`o_proj`](Self::o_proj) is yet to come.
    ///
    /// # Shapes
    /// - input: `[batch rows, batch columns, hidden]`
    /// - result: `[batch rows, batch columns, heads · width]`
    pub(super) fn attend(&self, input: Tensor<3>, pass: &mut Pass<'_>, layer: usize) -> Tensor<3> {
        let [queries, keys, values] = self.project(input);
        let fused = if pass.past.is_none() { attend(&queries, &keys, &values, &self.sight(pass, layer)) } else { None };
        fused.unwrap_or_else(|| self.composed([queries, keys, values], pass, layer))
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
        let rows = [pass.positions.rows(), pass.positions.columns()];
        assert_eq!(pass.positions.batch(), rows, "folded texts are for the fused operation");
        if pass.past.is_none() {
            let blocks = pass.blocks(layer, self.heads);
            return gradient::attend(projections, &pass.rotation(), blocks, self.head_dimension);
        }
        let Heads([queries, keys, values]) = Heads::rotated(projections, &pass.rotation(), self.head_dimension);
        let (keys, values) = pass.past.extend(layer, keys, values);
        joined(weighed([queries, keys, values], pass.mask(layer)))
    }
}
