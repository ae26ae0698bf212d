//! `Score`: what something is worth.

use arrow::datatypes::DataType;
use engine::port::RowType;

/// The row type `Score`.
#[must_use]
pub fn score() -> RowType {
    RowType::new("Score", "Something, and what it is worth.")
        .column("id", DataType::Utf8, "Stable identity of what is worth it.")
        .optional("score", DataType::Float64, "Its worth, more being better; null where whoever judged it abstained.")
}

engine::row_type!(score);
