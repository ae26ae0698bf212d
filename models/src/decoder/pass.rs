//! What all layers of a forward pass share. Owns rotations and masks, made when the first layer asks: fused attention asks
//! for angles alone.

use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor};

use super::blocks::Blocks;
use super::mask::mask;
use super::{Past, Positions, Rotation, Slots};
use crate::config::Frequencies;
use crate::fused::rotary::Angles;

pub(crate) struct Pass<'a> {
    pub(crate) positions: &'a Positions,
    pub(crate) past: &'a mut dyn Past,
    pub(crate) windows: &'a [Option<usize>],
    frequencies: &'a Frequencies,
    slots: Slots,
    device: Device,
    dtype: DType,
    rotation: Option<Rotation>,
    angles: Option<Arc<Angles>>,
    /// One for each window that a layer asked for.
    masks: Vec<(Option<usize>, Option<Tensor<4>>)>,
    /// The same.
    blocks: Vec<(Option<usize>, Arc<Blocks>)>,
}

impl<'a> Pass<'a> {
    /// The pass of an embedded batch.
    pub(crate) fn new(
        embedded: &Tensor<3>,
        positions: &'a Positions,
        past: &'a mut dyn Past,
        frequencies: &'a Frequencies,
        windows: &'a [Option<usize>],
    ) -> Self {
        let (device, dtype, slots) = (embedded.device(), embedded.dtype(), past.begin(positions));
        let (rotation, angles, masks, blocks) = (None, None, Vec::new(), Vec::new());
        Self { positions, past, windows, frequencies, slots, device, dtype, rotation, angles, masks, blocks }
    }

    pub(crate) fn rotation(&mut self) -> Rotation {
        let make = || Rotation::new(self.frequencies, self.positions, &self.device, self.dtype);
        self.rotation.get_or_insert_with(make).clone()
    }

    pub(crate) fn angles(&mut self) -> Arc<Angles> {
        let end = self.positions.runs().iter().map(|run| run.start + self.positions.columns()).max().unwrap_or(0);
        let make = || {
            let mut angles = Angles::new(self.frequencies.clone());
            angles.extend(end);
            Arc::new(angles)
        };
        self.angles.get_or_insert_with(make).clone()
    }

    /// The mask of a layer.
    pub(crate) fn mask(&mut self, layer: usize) -> Option<Tensor<4>> {
        let window = self.windows[layer];
        if let Some((_, known)) = self.masks.iter().find(|(other, _)| *other == window) {
            return known.clone();
        }
        let made = mask(self.positions, &self.slots, window, &self.device, self.dtype);
        self.masks.push((window, made.clone()));
        made
    }

    /// The blocks in which a layer computes so many heads of whole texts.
    pub(super) fn blocks(&mut self, layer: usize, heads: usize) -> Arc<Blocks> {
        let window = self.windows[layer];
        if let Some((_, known)) = self.blocks.iter().find(|(other, _)| *other == window) {
            return known.clone();
        }
        let (rows, columns) = (self.positions.rows(), self.positions.columns());
        let device = self.device.clone().inner();
        let made = Arc::new(Blocks::new(rows * heads, columns, window, (&device, self.dtype)));
        self.blocks.push((window, made.clone()));
        made
    }
}
