//! Second problems, drawn for a first one.
//!
//! Owns which one is drawn, and how a prompt sees it. Knows not what both become.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{Context, Fault};
use engine::row::Row;
use engine::table::Table;
use rand_chacha::rand_core::RngCore;

/// The column under which a prompt finds the second problem.
const PARTNER: &str = "partner";

/// All that may be drawn, held in memory.
pub(super) struct Partners(Vec<Row>);

impl Partners {
    pub(super) fn read(table: &Table, context: &Context) -> Result<Self, Fault> {
        let mut rows = Vec::new();
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            rows.extend((0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)));
        }
        Ok(Self(rows))
    }

    /// Another problem for a row's sample: drawn, and where that is the row's own, the next one that is not.
    pub(super) fn draw(&self, row: &Row, sample: u64, seed: u64, context: &Context) -> Option<&Row> {
        let count = self.0.len();
        // As many as fit in memory are far fewer than there are numbers, so that none is likelier.
        let purpose = format!("partner {sample} of {}", row.id());
        let first = context.random(&purpose, seed).next_u64().checked_rem(count as u64)? as usize;
        let others = (first..first + count).map(|place| &self.0[place % count]);
        let is_other = |other: &&Row| other.id() != row.id() && other.text("statement") != row.text("statement");
        others.into_iter().find(is_other)
    }
}

/// The columns of a row that has a partner.
pub(super) fn with_partner(rows: &Schema, partners: &Schema) -> Schema {
    let partner = Field::new(PARTNER, DataType::Struct(partners.fields().clone()), false);
    let own = rows.fields().iter().filter(|field| field.name() != PARTNER).cloned();
    Schema::new(own.chain([Arc::new(partner)]).collect::<Vec<_>>())
}

/// A row with its partner in one more column.
pub(super) fn joined(row: &Row, partner: &Row) -> Result<Row, Fault> {
    let single = |row: &Row| row.batch().slice(row.index(), 1);
    let (own, other) = (single(row), single(partner));
    let schema = with_partner(own.schema_ref(), other.schema_ref());
    let partner: ArrayRef = Arc::new(StructArray::from(other));
    let columns = schema.fields().iter().map(|field| match own.column_by_name(field.name()) {
        Some(column) if field.name() != PARTNER => column.clone(),
        _ => partner.clone(),
    });
    Ok(Row::new(Arc::new(RecordBatch::try_new(Arc::new(schema.clone()), columns.collect())?), 0))
}
