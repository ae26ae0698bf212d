//! The rows that a filter removes, with columns that say why.

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::{filter, not};
use arrow::datatypes::{Field, Schema, SchemaRef};
use engine::operator::Fault;
use engine::port::PortType;

/// The type of rows with these columns added; where names meet, the reason's column wins. The nominal type stays.
pub(super) fn port_type(rows: &PortType, reasons: Vec<Field>) -> PortType {
    let over = PortType::Columns(SchemaRef::new(Schema::new(reasons))).over(rows);
    over.schema().map_or_else(|| rows.clone(), |schema| rows.with_schema(schema.clone()))
}

/// The rows of a batch that do not stay, as `schema` has them.
pub(super) fn rows(
    batch: &RecordBatch,
    stays: &BooleanArray,
    reasons: &[(&str, ArrayRef)],
    schema: &SchemaRef,
) -> Result<RecordBatch, Fault> {
    let goes = not(stays)?;
    let columns = schema.fields().iter().map(|field| {
        let reason = reasons.iter().find(|(name, _)| name == field.name()).map(|(_, column)| column);
        let column = reason.or_else(|| batch.column_by_name(field.name()));
        let column = column.ok_or_else(|| Fault::node(format!("there is no column `{}`", field.name())))?;
        Ok(filter(column, &goes)?)
    });
    Ok(RecordBatch::try_new(schema.clone(), columns.collect::<Result<Vec<_>, Fault>>()?)?)
}
