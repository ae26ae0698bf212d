//! A decoder with a language head. Owns the head, which may share the embedding's weight.

use burn::module::Module;
use burn::tensor::activation::log_softmax;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::linear::{Bias, project};
use super::{Decoder, Linear, Past, Positions, gradient};
use crate::config::Config;
use crate::fused::gradient::{log_likelihood, log_probabilities};

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

    /// `Σ factor · log softmax(logits)[word]`, of which logits are never all kept. One factor for each token: its part in a
    /// mean, zero for padding, or an advantage.
    ///
    /// # Shapes
    /// - hidden: `[tokens, hidden]`
    /// - words, factors: `[tokens]`
    /// - result: `[1]`
    pub fn log_likelihood(&self, hidden: Tensor<2>, words: &[u32], factors: &[f32]) -> Tensor<1> {
        let fused = log_likelihood(&hidden, &self.head(), words, factors);
        fused.unwrap_or_else(|| gradient::log_likelihood(hidden, self.head(), words, factors))
    }

    /// The head's weight, which may be the embedding's.
    ///
    /// # Shapes
    /// - result: `[vocabulary, hidden]`
    fn head(&self) -> Tensor<2> {
        self.lm_head.as_ref().map_or_else(|| self.model.embed_tokens.weight.val(), |head| head.weight.val())
    }

    /// `log softmax(logits / temperature)[word]` of each token, and the entropy of the distribution that it stands in.
    ///
    /// # Shapes
    /// - hidden: `[tokens, hidden]`
    /// - words: `[tokens]`
    /// - results: `[tokens]`
    pub fn log_probabilities(&self, hidden: Tensor<2>, words: &[u32], temperature: f32) -> [Tensor<1>; 2] {
        let scale = 1.0 / temperature;
        let fused = log_probabilities(&hidden, &self.head(), words, scale);
        let both = fused.unwrap_or_else(|| gradient::log_probabilities(hidden, self.head(), words, scale));
        [0, 1].map(|row| both.clone().narrow(0, row, 1).squeeze_dim(0))
    }

    /// The same of burn's own operations, with the gradients that burn finds.
    ///
    /// # Shapes
    /// - hidden: `[tokens, hidden]`
    /// - words: `[tokens]`
    /// - results: `[tokens]`
    pub fn composed_log_probabilities(&self, hidden: Tensor<2>, words: &[u32], temperature: f32) -> [Tensor<1>; 2] {
        let indices: Vec<i64> = words.iter().map(|word| i64::from(*word)).collect();
        let indices = Tensor::<2, Int>::from_data(TensorData::new(indices, [words.len(), 1]), &hidden.device());
        let logits = self.logits(hidden).cast(DType::F32).div_scalar(temperature);
        let all = log_softmax(logits, 1);
        let entropies = (all.clone().exp() * all.clone()).sum_dim(1).neg();
        [all.gather(1, indices), entropies].map(|column| column.squeeze_dim(1))
    }

    /// The same of burn's own operations, with the gradients that burn finds.
    ///
    /// # Shapes
    /// - hidden: `[tokens, hidden]`
    /// - words, factors: `[tokens]`
    /// - result: `[1]`
    pub fn composed_log_likelihood(&self, hidden: Tensor<2>, words: &[u32], factors: &[f32]) -> Tensor<1> {
        let (device, shape) = (hidden.device(), [words.len(), 1]);
        let words: Vec<i64> = words.iter().map(|word| i64::from(*word)).collect();
        let words = Tensor::<2, Int>::from_data(TensorData::new(words, shape), &device);
        let factors = Tensor::<2>::from_data(TensorData::new(factors.to_vec(), shape), &device);
        (log_softmax(self.logits(hidden).cast(DType::F32), 1).gather(1, words) * factors).sum()
    }
}
