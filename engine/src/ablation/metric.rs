//! The value of a metric, read from a node's finished output.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use crate::cache::Entry;
use crate::table::{Table, TableError};

/// The value that `metric` names in an output: `rows`, or `PORT.rows`, for how many rows there are; else the `value` of
/// the last row whose `name` it is; else the column of that name where the output has one row.
///
/// # Errors
/// A part that cannot be read.
pub fn measure(entry: &Entry, outputs: &[&str], metric: &str) -> Result<Option<f64>, TableError> {
    if let Some(port) = counted_port(outputs, metric) {
        return Ok(entry.rows(port).map(as_number));
    }
    for port in outputs {
        let Some(table) = entry.table(port)? else { continue };
        if let Some(value) = in_table(&table, metric)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn counted_port<'a>(outputs: &[&'a str], metric: &'a str) -> Option<&'a str> {
    match metric.rsplit_once('.') {
        None if metric == "rows" => outputs.first().copied(),
        Some((port, "rows")) => outputs.iter().copied().find(|output| *output == port),
        _ => None,
    }
}

fn in_table(table: &Table, metric: &str) -> Result<Option<f64>, TableError> {
    let named = ["name", "value"].iter().all(|column| table.schema.field_with_name(column).is_ok());
    if named {
        let mut last = None;
        for batch in table.columns(&["name", "value"]) {
            last = last_named(&batch?, metric).or(last);
        }
        return Ok(last);
    }
    if table.rows != 1 || table.schema.field_with_name(metric).is_err() {
        return Ok(None);
    }
    let row = table.read()?;
    Ok(row.column_by_name(metric).and_then(|column| number(column, 0)))
}

fn last_named(batch: &RecordBatch, metric: &str) -> Option<f64> {
    let names = batch.column_by_name("name")?.as_string_opt::<i32>()?;
    let values = batch.column_by_name("value")?;
    let row = (0..names.len()).rev().find(|row| names.is_valid(*row) && names.value(*row) == metric)?;
    number(values, row)
}

fn number(column: &ArrayRef, row: usize) -> Option<f64> {
    let single = cast(&column.slice(row, 1), &DataType::Float64).ok()?;
    let single = single.as_primitive_opt::<Float64Type>()?;
    single.is_valid(0).then(|| single.value(0))
}

#[expect(clippy::cast_precision_loss, reason = "no table has 2^53 rows")]
fn as_number(rows: u64) -> f64 {
    rows as f64
}
