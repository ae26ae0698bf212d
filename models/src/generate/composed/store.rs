//! Keys and values of all pages. Owns their layout, `[pages, key-value heads, page tokens, head]`: a page is one piece of
//! memory, and so are one head's keys in it.

use burn::tensor::{DType, Device, Tensor};
use half::{bf16, f16};

use super::card::CardStore;
use super::copies::Copies;
use super::host::HostStore;
use super::places::Places;

/// The size of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) pages: usize,
    pub(super) heads: usize,
    pub(super) page_tokens: usize,
    pub(super) width: usize,
}

impl Shape {
    /// Where a head's key of one token stands, among all keys.
    pub(super) fn place(self, page: usize, head: usize, slot: usize) -> usize {
        (page * self.heads + head) * self.page_tokens + slot
    }

    /// How many keys there are.
    pub(super) fn keys(self) -> usize {
        self.pages * self.heads * self.page_tokens
    }
}

/// Keys or values of one layer.
pub(super) trait Store: Send {
    /// Writes what a batch has computed, and gives all that it may look at.
    ///
    /// # Shapes
    /// - computed: `[rows, key-value heads, columns, head]`
    /// - result: `[rows, key-value heads, slots, head]`
    fn extend(&mut self, places: &Places, computed: Tensor<4>) -> Tensor<4>;

    /// Copies pages.
    fn copy(&mut self, copies: &Copies<'_>);
}

/// An empty store for a device.
pub(super) fn store(shape: Shape, device: &Device, dtype: DType) -> Box<dyn Store> {
    match dtype {
        _ if *device != Device::flex() => Box::new(CardStore::new(shape, device, dtype)),
        DType::F16 => Box::new(HostStore::<f16>::new(shape)),
        DType::BF16 => Box::new(HostStore::<bf16>::new(shape)),
        _ => Box::new(HostStore::<f32>::new(shape)),
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;

    use super::*;
    use crate::generate::pages::Copied;
    use crate::generate::{Page, Piece, Wanted};

    /// The numbers of a tensor.
    fn numbers(tensor: Tensor<4>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    #[test]
    fn both_stores_keep_and_give_the_same() {
        let shape = Shape { pages: 6, heads: 2, page_tokens: 3, width: 2 };
        let device = Device::flex();
        let (pages, copied) = ([[Page(4), Page(1)], [Page(0), Page(3)]], [[Page(4), Page(5)], [Page(0), Page(2)]]);
        let piece = |pages, start, tokens| Piece { tokens, start, pages, wanted: Wanted::Nothing };
        let passes = [
            [piece(&pages[0], 0, &[0; 4][..]), piece(&pages[1], 0, &[0; 2])],
            [piece(&pages[0], 4, &[0; 1]), piece(&pages[1], 2, &[0; 3])],
            [piece(&copied[0], 5, &[0; 1]), piece(&copied[1], 5, &[0; 1])],
        ];
        let mut host = HostStore::<f32>::new(shape);
        let mut card = CardStore::new(shape, &device, DType::F32);
        let mut next = 1.0;
        for (pass, pieces) in passes.iter().enumerate() {
            let places = Places::new(pieces, shape, &device);
            let dimensions = [2, 2, places.positions.columns(), 2];
            let count = dimensions.iter().product::<usize>();
            let computed: Vec<f32> = (0..count).map(|place| next + place as f32).collect();
            next += count as f32;
            let computed = Tensor::<4>::from_data(TensorData::new(computed, dimensions), &device);
            let (ours, theirs) = (host.extend(&places, computed.clone()), card.extend(&places, computed));
            assert_eq!(ours.dims(), [2, 2, [4, 5, 6][pass], 2]);
            let (ours, theirs) = (numbers(ours), numbers(theirs));
            // What fills a row up may differ.
            let columns = places.slots.columns();
            for (place, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
                let (row, slot) = (place / (2 * columns * 2), place / 2 % columns);
                assert!(slot >= places.rows[row].length || ours == theirs, "pass {pass}, row {row}, slot {slot}");
            }
            // Both texts go on in copies of their last pages.
            if pass == 1 {
                let own = [0, 1].map(|row: usize| Copied { from: pages[row][1], to: copied[row][1] });
                let copies = Copies::new(&own, &device);
                host.copy(&copies);
                card.copy(&copies);
            }
        }
    }
}
