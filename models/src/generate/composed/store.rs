//! Keys and values of all pages. Owns their layout.
//!
//! One tensor a layer for keys and one for values, `[pages, key-value heads, page tokens, head]`: a page is one piece of
//! memory, which is copied at once, and taken as a matrix of all but the last dimension a row is one head's key of one
//! token, so that a look-up of rows gives what attention wants, in its order.

use burn::tensor::{DType, Device, IndexingUpdateOp, Int, Tensor, TensorData};

use super::places::{Places, Stretch};

/// The size of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) pages: usize,
    pub(super) heads: usize,
    pub(super) page_tokens: usize,
    pub(super) width: usize,
}

impl Shape {
    /// The row of a head's key of one token.
    pub(super) fn place(self, page: usize, head: usize, slot: usize) -> i32 {
        i32::try_from((page * self.heads + head) * self.page_tokens + slot).expect("places are numbered in 31 bits")
    }

    fn rows(self) -> usize {
        self.pages * self.heads * self.page_tokens
    }
}

/// How keys are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// One stretch after another, in place: burn's processor backend copies the whole store to scatter into it.
    Stretches,
    /// All at once: a card takes longer to be told than to write.
    Scattered,
}

/// Keys or values of one layer. The tensor is taken out to be written, so that it has one owner and is written in place.
#[derive(Debug)]
pub(super) struct Store {
    shape: Shape,
    writing: Writing,
    tensor: Option<Tensor<4>>,
}

impl Store {
    pub(super) fn new(shape: Shape, writing: Writing, device: &Device, dtype: DType) -> Self {
        let Shape { pages, heads, page_tokens, width } = shape;
        let tensor = Tensor::zeros([pages, heads, page_tokens, width], (device, dtype));
        Self { shape, writing, tensor: Some(tensor) }
    }

    /// Writes what a batch has computed, and gives all that it may look at.
    ///
    /// # Shapes
    /// - computed: `[rows, key-value heads, columns, head]`
    /// - result: `[rows, key-value heads, slots, head]`
    pub(super) fn extend(&mut self, places: &Places, computed: Tensor<4>) -> Tensor<4> {
        let [rows, heads, _, width] = computed.dims();
        let tensor = self.take();
        let tensor = match self.writing {
            Writing::Stretches => write_stretches(tensor, &places.written, computed),
            Writing::Scattered => self.scatter(tensor, &places.written, computed),
        };
        let tensor = self.tensor.insert(tensor);
        let matrix = tensor.clone().reshape([self.shape.rows(), width]);
        matrix.select(0, places.seen.clone()).reshape([rows, heads, places.slots.columns(), width])
    }

    /// Copies a page.
    pub(super) fn copy(&mut self, from: usize, to: usize) {
        let Shape { heads, page_tokens, width, .. } = self.shape;
        let tensor = self.take();
        let page = tensor.clone().slice([from..from + 1, 0..heads, 0..page_tokens, 0..width]);
        self.tensor = Some(tensor.slice_assign([to..to + 1, 0..heads, 0..page_tokens, 0..width], page));
    }

    fn scatter(&self, tensor: Tensor<4>, written: &[Stretch], computed: Tensor<4>) -> Tensor<4> {
        let [rows, heads, columns, width] = computed.dims();
        let device = tensor.device();
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for Stretch { row, column, page, first, count } in written {
            for head in 0..heads {
                let source = (row * heads + head) * columns + column;
                from.extend((source..source + count).map(|place| place as i32));
                to.extend((*first..first + count).map(|slot| self.shape.place(*page, head, slot)));
            }
        }
        let count = from.len();
        let from = Tensor::<1, Int>::from_data(TensorData::new(from, [count]), &device);
        let to = Tensor::<2, Int>::from_data(TensorData::new(to, [count, 1]), &device);
        let values = computed.reshape([rows * heads * columns, width]).select(0, from);
        let matrix = tensor.reshape([self.shape.rows(), width]);
        let Shape { pages, page_tokens, .. } = self.shape;
        matrix.scatter_nd(to, values, IndexingUpdateOp::Assign).reshape([pages, heads, page_tokens, width])
    }

    fn take(&mut self) -> Tensor<4> {
        self.tensor.take().expect("the tensor is put back after each use")
    }
}

fn write_stretches(tensor: Tensor<4>, written: &[Stretch], computed: Tensor<4>) -> Tensor<4> {
    let [_, heads, _, width] = computed.dims();
    written.iter().fold(tensor, |tensor, Stretch { row, column, page, first, count }| {
        let own = computed.clone().slice([*row..row + 1, 0..heads, *column..column + count, 0..width]);
        tensor.slice_assign([*page..page + 1, 0..heads, *first..first + count, 0..width], own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{Page, Piece, Wanted};

    /// The numbers of a tensor.
    fn numbers(tensor: Tensor<4>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    #[test]
    fn both_ways_of_writing_write_the_same() {
        let shape = Shape { pages: 5, heads: 2, page_tokens: 3, width: 2 };
        let device = Device::flex();
        let pages = [[Page(4), Page(1)], [Page(0), Page(3)]];
        let piece = |row: usize, start, tokens| Piece { tokens, start, pages: &pages[row], wanted: Wanted::Nothing };
        let passes = [[piece(0, 0, &[0; 4][..]), piece(1, 0, &[0; 2])], [piece(0, 4, &[0; 1]), piece(1, 2, &[0; 3])]];
        let mut stores =
            [Writing::Stretches, Writing::Scattered].map(|writing| Store::new(shape, writing, &device, DType::F32));
        let mut next = 0.0;
        for pieces in &passes {
            let places = Places::new(pieces, shape, &device);
            let dimensions = [2, 2, places.positions.columns(), 2];
            let count = dimensions.iter().product::<usize>();
            let computed: Vec<f32> = (0..count).map(|place| next + place as f32).collect();
            next += count as f32;
            let computed = Tensor::<4>::from_data(TensorData::new(computed, dimensions), &device);
            let [stretches, scattered] =
                stores.each_mut().map(|store| numbers(store.extend(&places, computed.clone())));
            assert_eq!(stretches, scattered);
        }
        stores.iter_mut().for_each(|store| store.copy(1, 2));
        let [stretches, scattered] = stores.map(|mut store| numbers(store.take()));
        assert_eq!(stretches, scattered);
        assert_eq!(stretches[12..24], stretches[24..36]);
        assert!(stretches[12..24].iter().any(|number| *number > 0.0));
    }
}
