//! The decoder itself: an embedding, its layers and a last norm. Owns their order.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::pass::Pass;
use super::{Block, Embedding, Linear, Past, Positions, RmsNorm};
use crate::config::{Config, Frequencies};

/// From tokens to hidden states.
#[derive(Module, Debug)]
pub struct Decoder {
    /// The embedding of words.
    pub embed_tokens: Embedding,
    /// The layers, first to last.
    pub layers: Vec<Block>,
    /// After the last layer.
    pub norm: RmsNorm,
    #[module(skip)]
    pub(super) frequencies: Frequencies,
    #[module(skip)]
    pub(super) windows: Vec<Option<usize>>,
}

impl Decoder {
    /// A decoder whose parameters are yet to be filled.
    pub(crate) fn unfilled(config: &Config, device: &Device) -> Self {
        Self {
            embed_tokens: Embedding::unfilled(config.vocabulary_size, config.hidden_size, device),
            layers: config.windows.iter().map(|_| Block::unfilled(config, device)).collect(),
            norm: RmsNorm::unfilled(config.hidden_size, config.norm_epsilon, device),
            frequencies: config.frequencies(),
            windows: config.windows.clone(),
        }
    }

    /// Every projection of the layers, by its name in a model.
    pub(crate) fn projections(&mut self) -> impl Iterator<Item = (String, &mut Linear)> {
        let named = |(index, layer)| {
            let own = Block::projections(layer).into_iter();
            own.map(move |(name, projection)| (format!("model.layers.{index}.{name}"), projection))
        };
        self.layers.iter_mut().enumerate().flat_map(named)
    }

    /// # Shapes
    /// - tokens: `[batch rows, batch columns]`
    /// - result: `[batch rows, batch columns, hidden]`
    pub fn forward(&self, tokens: Tensor<2, Int>, positions: &Positions, past: &mut dyn Past) -> Tensor<3> {
        assert_eq!(tokens.dims(), positions.batch(), "every token stands somewhere");
        self.forward_embedded(self.embed_tokens.forward(tokens), positions, past)
    }

    /// # Shapes
    /// - embedded, result: `[batch rows, batch columns, hidden]`
    pub(super) fn forward_embedded(
        &self,
        embedded: Tensor<3>,
        positions: &Positions,
        past: &mut dyn Past,
    ) -> Tensor<3> {
        let mut pass = Pass::new(&embedded, positions, past, &self.frequencies, &self.windows);
        let layers = self.layers.iter().enumerate();
        self.norm.forward(layers.fold(embedded, |hidden, (index, layer)| layer.forward(hidden, &mut pass, index)))
    }
}
