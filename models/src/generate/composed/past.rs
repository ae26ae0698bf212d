//! The past that the decoder asks for, kept in pages.

use burn::tensor::Tensor;

use super::places::Places;
use super::store::Store;
use crate::decoder::{Past, Positions, Slots};

/// Keys and values of one layer.
pub(super) struct Layer {
    pub(super) keys: Box<dyn Store>,
    pub(super) values: Box<dyn Store>,
}

/// The past of a batch of pieces.
pub(super) struct PagedPast<'a> {
    pub(super) layers: &'a mut [Layer],
    pub(super) places: &'a Places,
}

impl Past for PagedPast<'_> {
    fn begin(&mut self, _positions: &Positions) -> Slots {
        self.places.slots.clone()
    }

    fn extend(&mut self, layer: usize, keys: Tensor<4>, values: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let own = &mut self.layers[layer];
        (own.keys.extend(self.places, keys), own.values.extend(self.places, values))
    }
}
