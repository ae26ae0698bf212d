//! Pages in the memory of the processor. Owns the copies in and out: burn's processor backend would copy a whole tensor
//! to write into it.

use burn::tensor::{Element, Tensor, TensorData};

use super::copies::Copies;
use super::places::{Places, Row, Stretch};
use super::store::{Shape, Store};
use crate::generate::pages::Copied;

/// Keys or values of one layer, as plain numbers.
#[derive(Debug)]
pub(super) struct HostStore<E> {
    shape: Shape,
    numbers: Vec<E>,
}

impl<E: Element> HostStore<E> {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, numbers: vec![E::from_elem(0.0); shape.keys() * shape.width] }
    }

    fn write(&mut self, written: &[Stretch], computed: &[E], columns: usize) {
        let Shape { heads, width, .. } = self.shape;
        for Stretch { row, column, page, first, count } in written {
            for head in 0..heads {
                let source = ((row * heads + head) * columns + column) * width;
                let target = self.shape.place(*page, head, *first) * width;
                self.numbers[target..target + count * width].copy_from_slice(&computed[source..source + count * width]);
            }
        }
    }

    /// One head's keys after another's, each filled up to so many slots.
    fn read(&self, rows: &[Row], slots: usize) -> Vec<E> {
        let Shape { heads, page_tokens, width, .. } = self.shape;
        let mut seen = Vec::with_capacity(rows.len() * heads * slots * width);
        for row in rows {
            for head in 0..heads {
                let start = seen.len();
                for page in &row.pages {
                    let first = self.shape.place(*page, head, 0) * width;
                    seen.extend_from_slice(&self.numbers[first..first + page_tokens * width]);
                }
                seen.truncate(start + row.length * width);
                seen.resize(start + slots * width, E::from_elem(0.0));
            }
        }
        seen
    }
}

impl<E: Element> Store for HostStore<E> {
    fn extend(&mut self, places: &Places, computed: Tensor<4>) -> Tensor<4> {
        let [rows, heads, columns, width] = computed.dims();
        let device = computed.device();
        let computed = computed.into_data();
        self.write(&places.written, computed.as_slice().expect("a store has its model's precision"), columns);
        let slots = places.slots.columns();
        let seen = TensorData::new(self.read(&places.rows, slots), [rows, heads, slots, width]);
        Tensor::from_data(seen, (&device, E::dtype()))
    }

    fn copy(&mut self, copies: &Copies<'_>) {
        let page = self.shape.place(1, 0, 0) * self.shape.width;
        for Copied { from, to } in copies.pages {
            let from = from.0 as usize * page;
            self.numbers.copy_within(from..from + page, to.0 as usize * page);
        }
    }
}
