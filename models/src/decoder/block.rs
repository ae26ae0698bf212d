//! One layer of a decoder. Owns its two residual connections.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::pass::Pass;
use super::{Attention, Linear, Mlp, RmsNorm};
use crate::config::Config;

/// Attention and an MLP, each after a norm and beside a residual connection.
#[derive(Module, Debug)]
pub struct Block {
    /// Attention.
    pub self_attn: Attention,
    /// The MLP.
    pub mlp: Mlp,
    /// Before attention.
    pub input_layernorm: RmsNorm,
    /// Before the MLP.
    pub post_attention_layernorm: RmsNorm,
}

impl Block {
    /// A block whose parameters are yet to be filled.
    pub(crate) fn unfilled(config: &Config, device: &Device) -> Self {
        let norm = || RmsNorm::unfilled(config.hidden_size, config.norm_epsilon, device);
        Self {
            self_attn: Attention::unfilled(config, device),
            mlp: Mlp::unfilled(config, device),
            input_layernorm: norm(),
            post_attention_layernorm: norm(),
        }
    }

    /// Every projection, by its name in the layer.
    pub(super) fn projections(&mut self) -> [(&'static str, &mut Linear); 7] {
        let Self { self_attn: attention, mlp, .. } = self;
        [
            ("self_attn.q_proj", &mut attention.q_proj),
            ("self_attn.k_proj", &mut attention.k_proj),
            ("self_attn.v_proj", &mut attention.v_proj),
            ("self_attn.o_proj", &mut attention.o_proj),
            ("mlp.gate_proj", &mut mlp.gate_proj),
            ("mlp.up_proj", &mut mlp.up_proj),
            ("mlp.down_proj", &mut mlp.down_proj),
        ]
    }

    /// # Shapes
    /// - input: `[rows, columns, hidden]`
    /// - result: `[rows, columns, hidden]`
    pub(crate) fn forward(&self, input: Tensor<3>, pass: &mut Pass<'_>, layer: usize) -> Tensor<3> {
        let attended = self.self_attn.attend(self.input_layernorm.forward(input.clone()), pass, layer);
        self.behind_attention(input, attended)
    }

    /// What follows from a layer's input and what its attention has seen of it.
    ///
    /// # Shapes
    /// - input, result: `[rows, columns, hidden]`
    /// - attended: `[rows, columns, heads · width]`
    pub(super) fn behind_attention(&self, input: Tensor<3>, attended: Tensor<3>) -> Tensor<3> {
        let input = input + self.self_attn.o_proj.forward(attended);
        input.clone() + self.mlp.forward(self.post_attention_layernorm.forward(input))
    }
}
