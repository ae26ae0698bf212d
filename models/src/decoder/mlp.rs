//! The gated MLP. Owns its three projections.

use burn::module::Module;
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor};

use super::Linear;
use super::gradient;
use super::linear::Bias;
use crate::config::Config;
use crate::fused::gradient::gate;

/// `down(silu(gate(x)) · up(x))`: SwiGLU, <https://arxiv.org/abs/2002.05202>.
#[derive(Module, Debug)]
pub struct Mlp {
    /// What is gated by its own sigmoid.
    pub gate_proj: Linear,
    /// What is multiplied with the gate.
    pub up_proj: Linear,
    /// Back to the width of hidden states.
    pub down_proj: Linear,
}

impl Mlp {
    /// An MLP whose parameters are yet to be filled.
    pub(crate) fn unfilled(config: &Config, device: &Device) -> Self {
        let (hidden, inside, bias) = (config.hidden_size, config.intermediate_size, Bias::when(config.biases.mlp));
        Self {
            gate_proj: Linear::unfilled(hidden, inside, bias, device),
            up_proj: Linear::unfilled(hidden, inside, bias, device),
            down_proj: Linear::unfilled(inside, hidden, bias, device),
        }
    }

    /// # Shapes
    /// - input: `[rows, columns, hidden]`
    /// - result: `[rows, columns, hidden]`
    pub fn forward(&self, input: Tensor<3>) -> Tensor<3> {
        let (own, up) = (self.gate_proj.forward(input.clone()), self.up_proj.forward(input));
        self.down_proj.forward(gate(&own, &up).unwrap_or_else(|| gradient::gate(own, up)))
    }

    /// The same of burn's own operations, with the gradients that burn finds.
    ///
    /// # Shapes
    /// - input: `[rows, columns, hidden]`
    /// - result: `[rows, columns, hidden]`
    pub fn composed(&self, input: Tensor<3>) -> Tensor<3> {
        let gate = silu(self.gate_proj.composed(input.clone()));
        self.down_proj.composed(gate * self.up_proj.composed(input))
    }
}
