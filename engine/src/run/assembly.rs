//! A whole part's rows, port by port: called and remembered rows in the order of the input.

use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use arrow::datatypes::SchemaRef;

use super::journal::RowOutcome;
use super::part::{RowResult, WholePart};
use crate::cache::RememberedRow;
use crate::operator::Fault;
use crate::row::{Emission, assemble};
use crate::table::conform;

/// A port's rows of a part.
pub(super) struct PortRows {
    pub(super) batches: Vec<RecordBatch>,
    /// How many of them each input row gave.
    pub(super) of_row: Vec<u32>,
}

impl WholePart {
    /// The rows of the port that is number `place` of the operator's outputs.
    pub(super) fn port_rows(&self, place: u16, name: &str, schema: &SchemaRef) -> Result<PortRows, Fault> {
        let earlier = self.remembered.batches.get(name).map_or(&[][..], Vec::as_slice);
        let earlier = earlier.iter().map(|batch| conform(batch, schema)).collect::<Result<Vec<_>, _>>()?;
        let (mut batches, mut of_row) = (Vec::new(), Vec::with_capacity(self.results.len()));
        for (start, input) in self.input.batches() {
            let results = &self.results[start..start + input.num_rows()];
            let mut gathered = Gathered { place, name, fresh: Vec::new(), order: Vec::new() };
            of_row.extend(results.iter().enumerate().map(|(row, result)| gathered.take(row, result)));
            let fresh = assemble(schema, input, &gathered.fresh);
            let fresh = fresh.map_err(|error| Fault::node(format!("output `{name}`: {error}")))?;
            batches.push(gathered.join(fresh, &earlier)?);
        }
        Ok(PortRows { batches, of_row })
    }
}

/// Where each row of a port comes from: `(0, n)` the n-th made now, `(1 + b, n)` the n-th of earlier batch `b`.
struct Gathered<'a> {
    place: u16,
    name: &'a str,
    fresh: Vec<(usize, &'a Emission)>,
    order: Vec<(usize, usize)>,
}

impl<'a> Gathered<'a> {
    /// Takes a row's result in; how many rows that gives.
    fn take(&mut self, row: usize, result: &'a RowResult) -> u32 {
        let before = self.order.len();
        match result {
            RowResult::Called(RowOutcome::Gave(emissions)) => {
                for emission in emissions.iter().filter(|emission| emission.port == self.place) {
                    self.order.push((0, self.fresh.len()));
                    self.fresh.push((row, emission));
                }
            }
            RowResult::Remembered(RememberedRow::Gave(ranges)) => {
                if let Some(range) = ranges.get(self.name) {
                    let rows = range.start..range.start + range.count;
                    self.order.extend(rows.map(|row| (1 + range.batch, row)));
                }
            }
            RowResult::Called(RowOutcome::Failed(_)) | RowResult::Remembered(RememberedRow::Failed { .. }) => {}
        }
        u32::try_from(self.order.len() - before).unwrap_or(u32::MAX)
    }

    fn join(&self, fresh: RecordBatch, earlier: &[RecordBatch]) -> Result<RecordBatch, Fault> {
        if self.fresh.len() == self.order.len() {
            return Ok(fresh);
        }
        let batches: Vec<_> = std::iter::once(&fresh).chain(earlier).collect();
        Ok(interleave_record_batch(&batches, &self.order)?)
    }
}
