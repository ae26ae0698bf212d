//! The rows of an input in portions of a fixed number, whatever the parts that they are stored in.
//!
//! Owns the place in the input. Blocks while it reads; waiting for a producer is the feed's business.

use std::io::ErrorKind;
use std::path::Path;

use arrow::array::{Array, RecordBatch, RecordBatchOptions};

use super::standing::Stored;
use crate::operator::Fault;
use crate::table::{Part, PartRows, TableError};

/// Rows read at once, at most: buffers of about the size that writing uses too.
const BATCH_ROWS: usize = 1024;

/// A place in the rows of an input.
pub(super) struct RowsIn {
    portion: usize,
    skip: u64,
    next_part: usize,
    open: Option<PartRows>,
    waiting: Vec<RecordBatch>,
    waiting_rows: usize,
}

/// What an attempt to read a portion gave.
#[derive(Debug)]
pub(super) enum Portion {
    /// A whole portion, or the last one, which may be smaller.
    Rows(Vec<RecordBatch>),
    /// The parts that are stored so far hold no whole portion.
    Incomplete,
    /// A part was moved since it was announced.
    Moved,
    /// There are no more rows.
    End,
}

impl RowsIn {
    /// Portions of `portion` rows, the first `skipped` of them left out.
    pub(super) fn new(portion: usize, skipped: usize) -> Self {
        let skip = portion as u64 * skipped as u64;
        Self { portion, skip, next_part: 0, open: None, waiting: Vec::new(), waiting_rows: 0 }
    }

    /// The next portion, as far as the stored parts have it.
    pub(super) fn next(&mut self, stored: &Stored) -> Result<Portion, Fault> {
        while self.waiting_rows < self.portion {
            if let Some(batch) = self.open.as_mut().and_then(Iterator::next) {
                self.take_in(batch?);
                continue;
            }
            self.open = None;
            match stored.part(self.next_part) {
                Some(path) => match self.open_part(&path) {
                    Err(TableError::Io { source, .. }) if moved(&source, stored) => return Ok(Portion::Moved),
                    opened => opened?,
                },
                None if stored.total().is_none() => return Ok(Portion::Incomplete),
                None if self.waiting_rows == 0 => return Ok(Portion::End),
                None => break,
            }
        }
        Ok(Portion::Rows(self.give_out()))
    }

    fn open_part(&mut self, path: &Path) -> Result<(), TableError> {
        let part = Part::open(path)?;
        let skipped = self.skip.min(part.rows());
        if skipped < part.rows() {
            self.open = Some(part.read(skipped, self.portion.min(BATCH_ROWS))?);
        }
        self.skip -= skipped;
        self.next_part += 1;
        Ok(())
    }

    fn take_in(&mut self, batch: RecordBatch) {
        self.waiting_rows += batch.num_rows();
        if batch.num_rows() > 0 {
            self.waiting.push(shrunk(batch));
        }
    }

    fn give_out(&mut self) -> Vec<RecordBatch> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let surplus = self.waiting_rows.saturating_sub(self.portion);
        if surplus > 0
            && let Some(last) = waiting.pop()
        {
            let kept = last.num_rows() - surplus;
            waiting.push(last.slice(0, kept));
            self.waiting.push(last.slice(kept, surplus));
        }
        self.waiting_rows = surplus;
        waiting
    }
}

/// The batch without the room to grow that decoding leaves, which may be as much again as the rows.
fn shrunk(batch: RecordBatch) -> RecordBatch {
    let (schema, mut columns, rows) = batch.into_parts();
    columns.iter_mut().for_each(Array::shrink_to_fit);
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema, columns, &options).expect("the same columns as before")
}

/// Only an unfinished entry's parts move, once, when it is published.
fn moved(error: &std::io::Error, stored: &Stored) -> bool {
    error.kind() == ErrorKind::NotFound && stored.total().is_none()
}
