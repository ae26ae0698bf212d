//! Cutting a stream of batches at fixed row numbers, whatever sizes it comes in.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;

use super::TableError;

/// Rows of a slice; every slice but the last has as many.
pub(super) const SLICE_ROWS: usize = 1024;

/// Rows waiting until they make a slice.
#[derive(Default)]
pub(super) struct Slices {
    waiting: Vec<RecordBatch>,
    rows: usize,
}

impl Slices {
    /// Adds a batch and gives the slices that it completes.
    pub(super) fn push(&mut self, batch: RecordBatch) -> impl Iterator<Item = Result<RecordBatch, TableError>> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let taken = (SLICE_ROWS - self.rows).min(batch.num_rows() - from);
            if taken > 0 {
                self.waiting.push(batch.slice(from, taken));
                self.rows += taken;
                from += taken;
            }
            if self.rows == SLICE_ROWS { self.rest() } else { None }
        })
    }

    /// Rows that wait.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// What waits, as a last slice.
    pub(super) fn rest(&mut self) -> Option<Result<RecordBatch, TableError>> {
        self.rows = 0;
        let waiting = std::mem::take(&mut self.waiting);
        let first = waiting.first()?;
        if waiting.len() == 1 {
            return Some(Ok(first.clone()));
        }
        let joined = concat_batches(first.schema_ref(), &waiting);
        Some(joined.map_err(|error| TableError::Schema(error.to_string())))
    }
}
