//! Fitting rows to promised columns: by name, with casts that lose nothing.
//!
//! Knows types and columns; refuses to guess: what might lose a value is a fault that names the column.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, RecordBatchOptions, StructArray, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use super::TableError;

/// The batch with exactly the schema's columns: matched by name, missing nullable ones null, others left out, types
/// widened where no value can be lost.
///
/// # Errors
/// [`TableError::Schema`] naming the column that does not fit.
pub fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, TableError> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let columns = schema.fields().iter().map(|field| column(batch, field)).collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options)
        .map_err(|error| TableError::Schema(error.to_string()))
}

/// The schema without metadata at any depth: metadata is what the producing tool left there, in an order that no one
/// promises, and no part of the rows.
#[must_use]
pub fn bare(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().iter().map(bare_field).collect::<Fields>()))
}

fn bare_field(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::List(item) => DataType::List(bare_field(item)),
        DataType::LargeList(item) => DataType::LargeList(bare_field(item)),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(bare_field(item), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(bare_field).collect()),
        DataType::Map(entries, order) => DataType::Map(bare_field(entries), *order),
        other => other.clone(),
    };
    Arc::new(Field::new(field.name(), data_type, field.is_nullable()))
}

fn column(batch: &RecordBatch, field: &FieldRef) -> Result<ArrayRef, TableError> {
    let Some(given) = batch.column_by_name(field.name()) else { return absent(field, batch.num_rows()) };
    fit(given, field, field.name())
}

fn absent(field: &FieldRef, rows: usize) -> Result<ArrayRef, TableError> {
    if field.is_nullable() || rows == 0 {
        return Ok(new_null_array(field.data_type(), rows));
    }
    Err(TableError::Schema(format!("column `{}` is missing and may not be null; write it", field.name())))
}

/// The values as `field` has them; `path` names them in faults.
fn fit(given: &ArrayRef, field: &FieldRef, path: &str) -> Result<ArrayRef, TableError> {
    if !field.is_nullable() && given.logical_null_count() > 0 {
        return Err(TableError::Schema(format!("column `{path}` has a null where none is promised")));
    }
    match (given.data_type(), field.data_type()) {
        (from, to) if from == to => Ok(given.clone()),
        (DataType::Null, to) => Ok(new_null_array(to, given.len())),
        (DataType::Struct(_), DataType::Struct(fields)) => fit_struct(given.as_struct(), fields, path),
        (DataType::List(_), DataType::List(item)) => fit_list(given.as_list(), item, path),
        (from, to) if widens(from, to) => widen(given, to, path),
        (from, to) => Err(TableError::Schema(format!("column `{path}` is {from} where {to} is promised"))),
    }
}

fn fit_struct(given: &StructArray, fields: &Fields, path: &str) -> Result<ArrayRef, TableError> {
    let children = fields.iter().map(|field| match given.column_by_name(field.name()) {
        Some(child) => fit_child(child, given, field, &format!("{path}.{}", field.name())),
        None => absent(field, given.len()),
    });
    let children = children.collect::<Result<Vec<_>, _>>()?;
    let rebuilt = StructArray::try_new_with_length(fields.clone(), children, given.nulls().cloned(), given.len());
    Ok(Arc::new(rebuilt.map_err(|error| TableError::Schema(format!("column `{path}`: {error}")))?))
}

/// A null below a null parent is no fault, whatever the child promises.
fn fit_child(child: &ArrayRef, parent: &StructArray, field: &FieldRef, path: &str) -> Result<ArrayRef, TableError> {
    if parent.null_count() > 0 && !field.is_nullable() {
        let lenient = Arc::new(field.as_ref().clone().with_nullable(true));
        return fit(child, &lenient, path);
    }
    fit(child, field, path)
}

fn fit_list(given: &ListArray, item: &FieldRef, path: &str) -> Result<ArrayRef, TableError> {
    let values = fit(given.values(), item, &format!("{path}[]"))?;
    let rebuilt = ListArray::try_new(item.clone(), given.offsets().clone(), values, given.nulls().cloned());
    Ok(Arc::new(rebuilt.map_err(|error| TableError::Schema(format!("column `{path}`: {error}")))?))
}

fn widen(given: &ArrayRef, to: &DataType, path: &str) -> Result<ArrayRef, TableError> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(given, to, &options).map_err(|error| TableError::Schema(format!("column `{path}`: {error}")))
}

/// Whether every value of `from` has its equal in `to`.
fn widens(from: &DataType, to: &DataType) -> bool {
    use DataType::{
        Binary, BinaryView, Dictionary, FixedSizeBinary, FixedSizeList, Float16, Float32, Float64, Int8, Int16, Int32,
        Int64, LargeBinary, LargeList, LargeListView, LargeUtf8, List, ListView, UInt8, UInt16, UInt32, UInt64, Utf8,
        Utf8View,
    };
    match (from, to) {
        (Int8, Int16 | Int32 | Int64 | Float32 | Float64)
        | (Int16, Int32 | Int64 | Float32 | Float64)
        | (Int32, Int64 | Float64)
        | (UInt8, UInt16 | UInt32 | UInt64 | Int16 | Int32 | Int64 | Float32 | Float64)
        | (UInt16, UInt32 | UInt64 | Int32 | Int64 | Float32 | Float64)
        | (UInt32, UInt64 | Int64 | Float64)
        | (Float16, Float32 | Float64)
        | (Float32, Float64)
        | (Utf8 | LargeUtf8 | Utf8View, Utf8 | LargeUtf8 | Utf8View)
        | (Binary | LargeBinary | BinaryView | FixedSizeBinary(_), Binary | LargeBinary | BinaryView) => true,
        (
            List(from) | LargeList(from) | FixedSizeList(from, _) | ListView(from) | LargeListView(from),
            List(to) | LargeList(to),
        ) => from.data_type() == to.data_type() || widens(from.data_type(), to.data_type()),
        (Dictionary(_, value), to) => value.as_ref() == to || widens(value, to),
        _ => false,
    }
}
