//! What attention asks of whatever keeps earlier keys and values. Owns the question, and the answer where there is no
//! past.

use burn::tensor::Tensor;

use super::{Positions, Slots};

/// Where keys and values of earlier tokens are kept.
///
/// A forward pass calls [`begin`](Self::begin) once, then [`extend`](Self::extend) once for each layer, in their order.
pub trait Past {
    /// Makes room for the tokens of a pass; gives the positions of all keys that they can look at, their own last.
    fn begin(&mut self, positions: &Positions) -> Slots;

    /// Adds a layer's keys and values of this pass; gives all of the layer's, one for each slot.
    ///
    /// # Shapes
    /// - keys, values: `[rows, key-value heads, columns, head]`
    /// - results: `[rows, key-value heads, slots, head]`
    fn extend(&mut self, layer: usize, keys: Tensor<4>, values: Tensor<4>) -> (Tensor<4>, Tensor<4>);

    /// Whether there is none and nothing is kept, so that `extend` need not be called.
    fn is_none(&self) -> bool {
        false
    }
}

/// No past: each pass sees its own tokens and keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPast;

impl Past for NoPast {
    fn begin(&mut self, positions: &Positions) -> Slots {
        let mut slots = Slots::default();
        slots.extend(positions);
        slots
    }

    fn extend(&mut self, _layer: usize, keys: Tensor<4>, values: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        (keys, values)
    }

    fn is_none(&self) -> bool {
        true
    }
}
