//! Keys and values of a batch whose rows begin and end together. Owns one growing tensor a layer; a batch whose rows
//! come and go needs pages instead, behind the same trait.

use burn::tensor::Tensor;

use super::{Past, Positions, Slots};

/// How many slots are added at least when a cache grows.
const GROWTH: usize = 64;

/// Keys and values of a batch, in slots that all rows share.
#[derive(Debug, Default)]
pub struct Cache {
    slots: Slots,
    /// What the pass before left as padding.
    last: Option<Positions>,
    layers: Vec<Option<Layer>>,
}

/// `[rows, key-value heads, capacity, head]`, of which the first slots are in use.
#[derive(Debug)]
struct Layer {
    keys: Tensor<4>,
    values: Tensor<4>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Past for Cache {
    fn begin(&mut self, positions: &Positions) -> Slots {
        if let Some(last) = self.last.replace(positions.clone()) {
            self.slots.vacate_padding(&last);
        }
        self.slots.extend(positions);
        self.slots.clone()
    }

    fn extend(&mut self, layer: usize, keys: Tensor<4>, values: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let used = self.slots.columns();
        self.layers.resize_with(self.layers.len().max(layer + 1), || None);
        // Taken out, so that the tensors have one owner and a device may write in place; burn's processor copies them.
        let own = match self.layers[layer].take() {
            Some(own) => Layer { keys: write(own.keys, keys, used), values: write(own.values, values, used) },
            None => Layer { keys, values },
        };
        let own = self.layers[layer].insert(own);
        (own.keys.clone().narrow(2, 0, used), own.values.clone().narrow(2, 0, used))
    }
}

/// Writes `added` into the last of the `used` slots; makes room where `kept` is full.
fn write(kept: Tensor<4>, added: Tensor<4>, used: usize) -> Tensor<4> {
    let [rows, heads, capacity, width] = kept.dims();
    let first = used - added.dims()[2];
    let kept = if capacity >= used {
        kept
    } else {
        let room = (capacity / 2).max(GROWTH).max(used - capacity);
        let empty = Tensor::zeros([rows, heads, room, width], (&kept.device(), kept.dtype()));
        Tensor::cat(vec![kept, empty], 2)
    };
    kept.slice_assign([0..rows, 0..heads, first..used, 0..width], added)
}
