//! The decoder itself: an embedding, its layers and a last norm. Owns what all layers of a pass share.

use burn::module::Module;
use burn::tensor::{DType, Device, Int, Tensor};

use super::mask::mask;
use super::{Block, Embedding, Past, Positions, RmsNorm, Rotation, Slots};
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
    frequencies: Frequencies,
    #[module(skip)]
    windows: Vec<Option<usize>>,
}

/// What all layers of a forward pass share.
pub(crate) struct Pass<'a> {
    pub(crate) rotation: Rotation,
    pub(crate) past: &'a mut dyn Past,
    windows: &'a [Option<usize>],
    /// One for each window that a layer has.
    masks: Vec<(Option<usize>, Option<Tensor<4>>)>,
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

    /// # Shapes
    /// - tokens: `[rows, columns]`
    /// - result: `[rows, columns, hidden]`
    pub fn forward(&self, tokens: Tensor<2, Int>, positions: &Positions, past: &mut dyn Past) -> Tensor<3> {
        assert_eq!(tokens.dims(), [positions.rows(), positions.columns()], "every token stands somewhere");
        let embedded = self.embed_tokens.forward(tokens);
        let (device, dtype) = (embedded.device(), embedded.dtype());
        let slots = past.begin(positions);
        let mut pass = Pass {
            rotation: Rotation::new(&self.frequencies, positions, &device, dtype),
            masks: masks(&self.windows, positions, &slots, &device, dtype),
            windows: &self.windows,
            past,
        };
        let layers = self.layers.iter().enumerate();
        self.norm.forward(layers.fold(embedded, |hidden, (index, layer)| layer.forward(hidden, &mut pass, index)))
    }
}

impl Pass<'_> {
    /// The mask of a layer.
    pub(crate) fn mask(&self, layer: usize) -> Option<Tensor<4>> {
        let own = self.masks.iter().find(|(window, _)| *window == self.windows[layer]);
        own.and_then(|(_, mask)| mask.clone())
    }
}

fn masks(
    windows: &[Option<usize>],
    positions: &Positions,
    slots: &Slots,
    device: &Device,
    dtype: DType,
) -> Vec<(Option<usize>, Option<Tensor<4>>)> {
    let mut different = windows.to_vec();
    different.sort_unstable();
    different.dedup();
    different.into_iter().map(|window| (window, mask(positions, slots, window, device, dtype))).collect()
}
