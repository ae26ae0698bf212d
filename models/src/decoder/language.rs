//! A decoder with a language head. Owns the head, which may share the embedding's weight.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::linear::{Bias, project};
use super::{Decoder, Linear, Past, Positions};
use crate::config::Config;

/// From tokens to a logit for each word of the vocabulary.
#[derive(Module, Debug)]
pub struct LanguageModel {
    /// The decoder.
    pub model: Decoder,
    /// The head; nothing where it shares the embedding's weight.
    pub lm_head: Option<Linear>,
}

impl LanguageModel {
    /// A model whose parameters are yet to be filled.
    pub(crate) fn unfilled(config: &Config, device: &Device) -> Self {
        let head = || Linear::unfilled(config.hidden_size, config.vocabulary_size, Bias::Without, device);
        Self { model: Decoder::unfilled(config, device), lm_head: (!config.tied).then(head) }
    }

    /// The logits of every token.
    ///
    /// # Shapes
    /// - tokens: `[rows, columns]`
    /// - result: `[rows, columns, vocabulary]`
    pub fn forward(&self, tokens: Tensor<2, Int>, positions: &Positions, past: &mut dyn Past) -> Tensor<3> {
        self.logits(self.model.forward(tokens, positions, past))
    }

    /// The logits of hidden states, so that those which nobody asks for need not be computed.
    ///
    /// # Shapes
    /// - hidden: `[..., hidden]`
    /// - result: `[..., vocabulary]`
    pub fn logits<const D: usize>(&self, hidden: Tensor<D>) -> Tensor<D> {
        match &self.lm_head {
            Some(head) => head.forward(hidden),
            None => project(hidden, self.model.embed_tokens.weight.val()),
        }
    }
}
