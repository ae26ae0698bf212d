//! Emitted rows as one batch: passed columns are taken whole, made columns are built from cells.

use arrow::array::{ArrayRef, RecordBatch, UInt32Array, new_null_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::ReaderBuilder;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::cell::Plain;
use super::simple_column::simple_column;
use super::{Base, Cell, Emission};

/// One port's rows as a batch of `schema`: `(index of the input row in input, emission)` in output order.
///
/// # Errors
/// A cell that its column's type cannot hold, or a null in a column that promises none.
pub fn assemble(
    schema: &SchemaRef,
    input: &RecordBatch,
    rows: &[(usize, &Emission)],
) -> Result<RecordBatch, ArrowError> {
    let indices: UInt32Array = rows.iter().map(|(index, _)| u32::try_from(*index).ok()).collect();
    let columns: Result<Vec<ArrayRef>, ArrowError> =
        schema.fields().iter().map(|field| column(field, input, rows, &indices)).collect();
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(schema.clone(), columns?, &options)
}

fn column(
    field: &FieldRef,
    input: &RecordBatch,
    rows: &[(usize, &Emission)],
    indices: &UInt32Array,
) -> Result<ArrayRef, ArrowError> {
    let passed = input.column_by_name(field.name()).filter(|column| column.data_type() == field.data_type());
    let set: Vec<Option<&Cell>> = rows.iter().map(|(_, emission)| cell_of(emission, field.name())).collect();
    let passes = rows.iter().zip(&set).all(|((_, emission), cell)| cell.is_none() && emission.base == Base::Input);
    match passed {
        Some(column) if passes && is_identity(indices, input.num_rows()) => Ok(column.clone()),
        Some(column) if passes => take(column, indices, None),
        None if rows.is_empty() => Ok(new_null_array(field.data_type(), 0)),
        passed => mixed(field, passed, rows, &set),
    }
}

/// Rows of which some pass the column on and others set it.
fn mixed(
    field: &FieldRef,
    passed: Option<&ArrayRef>,
    rows: &[(usize, &Emission)],
    set: &[Option<&Cell>],
) -> Result<ArrayRef, ArrowError> {
    let made = build(field, set)?;
    let Some(passed) = passed else { return Ok(made) };
    if rows.iter().zip(set).all(|((_, emission), cell)| cell.is_some() || emission.base == Base::Blank) {
        return Ok(made);
    }
    let places = rows.iter().zip(set).enumerate().map(|(place, ((index, emission), cell))| {
        if cell.is_none() && emission.base == Base::Input { (1, *index) } else { (0, place) }
    });
    interleave(&[made.as_ref(), passed.as_ref()], &places.collect::<Vec<_>>())
}

/// A column from cells; a row without one is null.
fn build(field: &FieldRef, cells: &[Option<&Cell>]) -> Result<ArrayRef, ArrowError> {
    if let Some(column) = simple_column(field.data_type(), cells) {
        return Ok(column);
    }
    let nullable = field.as_ref().clone().with_nullable(true);
    let schema = SchemaRef::new(Schema::new(vec![nullable]));
    let mut decoder = ReaderBuilder::new(schema).with_batch_size(cells.len().max(1)).build_decoder()?;
    let rows: Vec<_> =
        cells.iter().map(|cell| Single { name: field.name(), cell: cell.unwrap_or(&Cell::Null) }).collect();
    decoder.serialize(&rows)?;
    let batch = decoder.flush()?;
    Ok(batch.map_or_else(|| new_null_array(field.data_type(), 0), |batch| batch.column(0).clone()))
}

fn cell_of<'a>(emission: &'a Emission, name: &str) -> Option<&'a Cell> {
    emission.cells.iter().find(|(column, _)| column == name).map(|(_, cell)| cell)
}

fn is_identity(indices: &UInt32Array, length: usize) -> bool {
    indices.len() == length && indices.values().iter().enumerate().all(|(place, index)| place == *index as usize)
}

/// A row of one named column, as the decoder wants it.
struct Single<'a> {
    name: &'a str,
    cell: &'a Cell,
}

impl Serialize for Single<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.name, &Plain(self.cell))?;
        map.end()
    }
}
