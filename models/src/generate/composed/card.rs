//! Pages in the memory of a card. Owns look-ups and writes that are one operation each, however many pages they touch: a
//! card takes longer to be told than to copy.

use burn::tensor::{DType, Device, IndexingUpdateOp, Tensor};

use super::copies::Copies;
use super::places::Places;
use super::store::{Shape, Store};

/// Keys or values of one layer, as a matrix with a row for each key. It is taken out to be written, so that it has one
/// owner and is written in place.
#[derive(Debug)]
pub(super) struct CardStore {
    shape: Shape,
    matrix: Option<Tensor<2>>,
}

impl CardStore {
    pub(super) fn new(shape: Shape, device: &Device, dtype: DType) -> Self {
        Self { shape, matrix: Some(Tensor::zeros([shape.keys(), shape.width], (device, dtype))) }
    }

    fn take(&mut self) -> Tensor<2> {
        self.matrix.take().expect("the matrix is put back after each use")
    }
}

impl Store for CardStore {
    fn extend(&mut self, places: &Places, computed: Tensor<4>) -> Tensor<4> {
        let [rows, heads, columns, width] = computed.dims();
        let (from, to) = places.moved(self.shape);
        let values = computed.reshape([rows * heads * columns, width]);
        let values = if let Some(from) = from { values.select(0, from) } else { values };
        let matrix = self.take().scatter_nd(to, values, IndexingUpdateOp::Assign);
        let matrix = self.matrix.insert(matrix);
        matrix.clone().select(0, places.seen(self.shape)).reshape([rows, heads, places.slots.columns(), width])
    }

    fn copy(&mut self, copies: &Copies<'_>) {
        let (from, to) = copies.keys(self.shape);
        let matrix = self.take();
        // Selected, not sliced: a slice is another owner of the matrix, which would be copied whole before it is written.
        let pages = matrix.clone().select(0, from);
        self.matrix = Some(matrix.scatter_nd(to, pages, IndexingUpdateOp::Assign));
    }
}
