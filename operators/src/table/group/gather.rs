//! Values kept as they are, in the pieces in which they came.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, UInt32Array, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field};
use engine::operator::Fault;

use super::accumulate::{Accumulate, Rows};

/// A column in pieces: as an aggregate, the value in the first row of each group.
pub(super) struct Chunks {
    data_type: DataType,
    pieces: Vec<ArrayRef>,
}

/// A column in pieces with the group of each value: as an aggregate, all values of each group.
pub(super) struct Lists {
    values: Chunks,
    groups: Vec<usize>,
}

impl Chunks {
    /// No values yet.
    pub(super) fn new(data_type: DataType) -> Self {
        Self { data_type, pieces: Vec::new() }
    }

    /// Adds values.
    pub(super) fn push(&mut self, piece: ArrayRef) {
        if !piece.is_empty() {
            self.pieces.push(piece);
        }
    }

    /// All values in one column.
    pub(super) fn concat(&self) -> Result<ArrayRef, Fault> {
        let pieces: Vec<&dyn Array> = self.pieces.iter().map(AsRef::as_ref).collect();
        if pieces.is_empty() { Ok(new_empty_array(&self.data_type)) } else { Ok(concat(&pieces)?) }
    }
}

impl Lists {
    /// No values yet.
    pub(super) fn new(data_type: DataType) -> Self {
        Self { values: Chunks::new(data_type), groups: Vec::new() }
    }
}

impl Accumulate for Chunks {
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault> {
        let column = column.ok_or_else(|| Fault::node("`first` needs a column"))?;
        // Groups are numbered in the order in which they come, so that their first values come in order too.
        self.push(take(column, rows.first, None)?);
        Ok(())
    }

    fn finish(self: Box<Self>, _groups: usize) -> Result<ArrayRef, Fault> {
        self.concat()
    }
}

impl Accumulate for Lists {
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault> {
        let column = column.ok_or_else(|| Fault::node("`list` needs a column"))?;
        self.values.push(column.clone());
        self.groups.extend_from_slice(rows.groups);
        Ok(())
    }

    fn finish(self: Box<Self>, groups: usize) -> Result<ArrayRef, Fault> {
        let too_many = || Fault::node("`list` gathers more values than a column can hold");
        let count = i32::try_from(self.groups.len()).map_err(|_| too_many())?;
        let mut lengths = vec![0_usize; groups];
        self.groups.iter().for_each(|group| lengths[*group] += 1);
        let mut order: Vec<u32> = (0..count.unsigned_abs()).collect();
        // Stable, so that a list has its values in the order of the rows.
        order.sort_by_key(|row| self.groups[*row as usize]);
        let item = Arc::new(Field::new_list_field(self.values.data_type.clone(), true));
        let values = take(&self.values.concat()?, &UInt32Array::from(order), None)?;
        Ok(Arc::new(ListArray::try_new(item, OffsetBuffer::from_lengths(lengths), values, None)?))
    }
}
