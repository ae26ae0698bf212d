//! The past that the decoder asks for, kept in pages.

use burn::tensor::Tensor;

use super::places::Places;
use super::store::Store;
use crate::decoder::{Past, Positions, Slots};

/// Keys and values of one layer.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) keys: Store,
    pub(super) values: Store,
}

/// The past of a batch of pieces.
#[derive(Debug)]
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
