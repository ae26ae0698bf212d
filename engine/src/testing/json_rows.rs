//! Rows between JSON and Arrow.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::json::ReaderBuilder;
use arrow::json::reader::infer_json_schema_from_iterator;
use serde_json::{Map, Value};

use crate::port::{PortType, row_type};
use crate::row::{Cell, Plain};

/// The type of rows: the declared row type's columns, then what else the rows have.
pub(super) fn port_type(declared: Option<&str>, rows: &[Value]) -> Result<PortType, String> {
    let found = infer_json_schema_from_iterator(rows.iter().map(|row| Ok(Cow::Borrowed(row))));
    let found = found.map_err(|error| error.to_string())?;
    let found = Schema::new(found.fields().iter().map(|field| required_id(field)).collect::<Vec<_>>());
    let Some(name) = declared else { return Ok(PortType::Columns(Arc::new(found))) };
    let row_type = row_type(name).ok_or_else(|| format!("there is no row type `{name}`"))?;
    let own = row_type.schema();
    let more = found.fields().iter().filter(|field| own.field_with_name(field.name()).is_err());
    let fields: Vec<_> = own.fields().iter().chain(more).cloned().collect();
    Ok(PortType::Rows { name: name.to_owned(), schema: Arc::new(Schema::new(fields)) })
}

/// The rows as one batch.
pub(super) fn batch(schema: &SchemaRef, rows: &[Value]) -> Result<RecordBatch, String> {
    let mut decoder = ReaderBuilder::new(schema.clone()).build_decoder().map_err(|error| error.to_string())?;
    decoder.serialize(rows).map_err(|error| error.to_string())?;
    let batch = decoder.flush().map_err(|error| error.to_string())?;
    Ok(batch.unwrap_or_else(|| RecordBatch::new_empty(schema.clone())))
}

/// A batch as JSON objects, its columns in order.
pub(super) fn values(batch: &RecordBatch) -> Vec<Value> {
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    let row = |index: usize| {
        let cells = batch.columns().iter().map(|column| Cell::of(column, index));
        let values = cells.map(|cell| serde_json::to_value(Plain(&cell)).expect("a cell is plain data"));
        Value::Object(names.iter().cloned().zip(values).collect::<Map<_, _>>())
    };
    (0..batch.num_rows()).map(row).collect()
}

/// Sources promise that an id is there; inference does not.
fn required_id(field: &Field) -> Field {
    let is_id = field.name() == "id" && field.data_type() == &DataType::Utf8;
    field.clone().with_nullable(!is_id)
}
