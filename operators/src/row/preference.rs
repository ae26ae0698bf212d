//! `Preference`: two answers of which one is better.

use arrow::datatypes::DataType;
use engine::port::RowType;

/// The row type `Preference`.
#[must_use]
pub fn preference() -> RowType {
    RowType::new("Preference", "A prompt with two answers, of which the chosen one is better.")
        .column("id", DataType::Utf8, "Stable identity of the pair.")
        .column("prompt", DataType::Utf8, "What was asked; both answers continue it.")
        .column("chosen", DataType::Utf8, "The better answer.")
        .column("rejected", DataType::Utf8, "The worse answer.")
}

engine::row_type!(preference);
