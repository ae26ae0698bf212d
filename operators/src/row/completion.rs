//! `Completion`: a prompt and what was answered.

use arrow::datatypes::DataType;
use engine::port::RowType;

/// The row type `Completion`.
#[must_use]
pub fn completion() -> RowType {
    RowType::new("Completion", "A prompt and one answer to it.")
        .column("id", DataType::Utf8, "Stable identity of the answer.")
        .column("prompt", DataType::Utf8, "What was asked.")
        .column("completion", DataType::Utf8, "What was answered.")
}

engine::row_type!(completion);
