//! Pages that are copied. Owns the numbers of their keys, which are the same for all layers.

use std::cell::OnceCell;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::store::Shape;
use crate::generate::pages::Copied;

/// Pages to be copied, of which none is written twice, or written before it is read.
#[derive(Debug)]
pub(super) struct Copies<'a> {
    pub(super) pages: &'a [Copied],
    device: Device,
    /// Made when the first layer of a card asks for them.
    keys: OnceCell<(Tensor<1, Int>, Tensor<2, Int>)>,
}

impl<'a> Copies<'a> {
    pub(super) fn new(pages: &'a [Copied], device: &Device) -> Self {
        Self { pages, device: device.clone(), keys: OnceCell::new() }
    }

    /// The numbers of the keys as they were, and of those that are written.
    ///
    /// # Shapes
    /// - results: `[keys]`, `[keys, 1]`
    pub(super) fn keys(&self, shape: Shape) -> (Tensor<1, Int>, Tensor<2, Int>) {
        let keys = || {
            let each = shape.place(1, 0, 0);
            let own = |page: usize| (page * each..(page + 1) * each).map(|place| place as i32);
            let from: Vec<i32> = self.pages.iter().flat_map(|copied| own(copied.from.0 as usize)).collect();
            let to: Vec<i32> = self.pages.iter().flat_map(|copied| own(copied.to.0 as usize)).collect();
            let count = from.len();
            let from = Tensor::from_data(TensorData::new(from, [count]), &self.device);
            (from, Tensor::from_data(TensorData::new(to, [count, 1]), &self.device))
        };
        self.keys.get_or_init(keys).clone()
    }
}
