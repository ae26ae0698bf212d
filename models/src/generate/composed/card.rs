//! Pages in the memory of a card. Owns look-ups and writes that are one operation each, however many pages they touch: a
//! card takes longer to be told than to copy.

use burn::tensor::{DType, Device, IndexingUpdateOp, Int, Tensor, TensorData};

use super::places::{Places, Stretch};
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

    fn write(&self, matrix: Tensor<2>, written: &[Stretch], computed: Tensor<4>) -> Tensor<2> {
        let [rows, heads, columns, width] = computed.dims();
        let device = matrix.device();
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for Stretch { row, column, page, first, count } in written {
            for head in 0..heads {
                let (source, target) = ((row * heads + head) * columns + column, self.shape.place(*page, head, *first));
                from.extend((source..source + count).map(|place| place as i32));
                to.extend((target..target + count).map(|place| place as i32));
            }
        }
        let count = from.len();
        let from = Tensor::<1, Int>::from_data(TensorData::new(from, [count]), &device);
        let to = Tensor::<2, Int>::from_data(TensorData::new(to, [count, 1]), &device);
        let values = computed.reshape([rows * heads * columns, width]).select(0, from);
        matrix.scatter_nd(to, values, IndexingUpdateOp::Assign)
    }

    fn take(&mut self) -> Tensor<2> {
        self.matrix.take().expect("the matrix is put back after each use")
    }
}

impl Store for CardStore {
    fn extend(&mut self, places: &Places, computed: Tensor<4>) -> Tensor<4> {
        let [rows, heads, _, width] = computed.dims();
        let matrix = self.take();
        let matrix = self.write(matrix, &places.written, computed);
        let matrix = self.matrix.insert(matrix);
        matrix.clone().select(0, places.seen(self.shape)).reshape([rows, heads, places.slots.columns(), width])
    }

    fn copy(&mut self, from: usize, to: usize) {
        let (keys, width) = (self.shape.place(1, 0, 0), self.shape.width);
        let matrix = self.take();
        let page = matrix.clone().slice([from * keys..(from + 1) * keys, 0..width]);
        self.matrix = Some(matrix.slice_assign([to * keys..(to + 1) * keys, 0..width], page));
    }
}
