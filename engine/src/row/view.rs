//! One row of a table, seen in place.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};

use super::Cell;

/// A row of a batch that it shares; cloning copies no value. A row does not know its number: what an operator makes
/// of it depends on its content alone, so that it can be remembered.
#[derive(Clone, Debug)]
pub struct Row {
    batch: Arc<RecordBatch>,
    index: usize,
}

impl Row {
    /// The row at `index` of a batch.
    #[must_use]
    pub fn new(batch: Arc<RecordBatch>, index: usize) -> Self {
        Self { batch, index }
    }

    /// The stable id, empty where the table has none.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// A text column's value; none where it is null, or not a text column.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&str> {
        let column = self.present(column)?;
        match column.data_type() {
            DataType::Utf8 => Some(column.as_string::<i32>().value(self.index)),
            DataType::LargeUtf8 => Some(column.as_string::<i64>().value(self.index)),
            _ => None,
        }
    }

    /// An integer column's value; none where it is null, or not a 64-bit integer column.
    #[must_use]
    pub fn integer(&self, column: &str) -> Option<i64> {
        let column = self.present(column)?.as_primitive_opt::<Int64Type>()?;
        Some(column.value(self.index))
    }

    /// A number column's value; none where it is null, or not a 64-bit float column.
    #[must_use]
    pub fn float(&self, column: &str) -> Option<f64> {
        let column = self.present(column)?.as_primitive_opt::<Float64Type>()?;
        Some(column.value(self.index))
    }

    /// Any column's value; null where there is no such column.
    #[must_use]
    pub fn cell(&self, column: &str) -> Cell {
        self.present(column).map_or(Cell::Null, |column| Cell::of(column, self.index))
    }

    /// Every column's name and value.
    pub fn cells(&self) -> impl Iterator<Item = (&str, Cell)> {
        let fields = self.batch.schema_ref().fields().iter();
        fields.zip(self.batch.columns()).map(|(field, column)| (field.name().as_str(), Cell::of(column, self.index)))
    }

    /// Its place in its batch.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The batch that the row stands in.
    #[must_use]
    pub fn batch(&self) -> &Arc<RecordBatch> {
        &self.batch
    }

    fn present(&self, column: &str) -> Option<&dyn Array> {
        let column = self.batch.column_by_name(column)?;
        column.is_valid(self.index).then_some(column.as_ref())
    }
}
