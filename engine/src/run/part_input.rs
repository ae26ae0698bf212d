//! The input rows of a part, in the batches that they were read in.
//!
//! They are never joined: allocations of some megabytes, made and freed once a part, leave an allocator with holes
//! that cost more than the rows.

use std::sync::Arc;

use arrow::array::RecordBatch;

use crate::row::Row;

/// Rows of a part, numbered from 0.
#[derive(Debug)]
pub(super) struct PartInput {
    batches: Vec<Arc<RecordBatch>>,
    /// The number of each batch's first row.
    starts: Vec<usize>,
    rows: usize,
}

impl PartInput {
    pub(super) fn new(batches: Vec<RecordBatch>) -> Self {
        let mut rows = 0;
        let start = |batch: &RecordBatch| {
            let start = rows;
            rows += batch.num_rows();
            start
        };
        let starts = batches.iter().map(start).collect();
        Self { batches: batches.into_iter().map(Arc::new).collect(), starts, rows }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// A row by its number.
    pub(super) fn row(&self, number: usize) -> Row {
        let batch = self.starts.partition_point(|start| *start <= number) - 1;
        Row::new(self.batches[batch].clone(), number - self.starts[batch])
    }

    /// The batches, each with the number of its first row.
    pub(super) fn batches(&self) -> impl Iterator<Item = (usize, &RecordBatch)> {
        self.starts.iter().copied().zip(self.batches.iter().map(AsRef::as_ref))
    }
}
