//! `Metric`: one measured number.

use arrow::datatypes::DataType;
use engine::port::RowType;

/// The row type `Metric`.
#[must_use]
pub fn metric() -> RowType {
    RowType::new("Metric", "A measured number.")
        .column("id", DataType::Utf8, "Stable identity of the measurement.")
        .column("name", DataType::Utf8, "What was measured, as `report` names it.")
        .column("value", DataType::Float64, "The number.")
        .optional("step", DataType::Int64, "The training step that it was measured at.")
        .optional("group", DataType::Utf8, "The part of the rows that it was measured over, such as a difficulty.")
}

engine::row_type!(metric);
