//! `Draft`: a programming problem that has no tests yet.

use arrow::datatypes::DataType;
use engine::port::RowType;

use super::list;

/// The row type `Draft`.
#[must_use]
pub fn draft() -> RowType {
    RowType::new("Draft", "A programming problem that was made of others and has no tests yet.")
        .column("id", DataType::Utf8, "Stable identity of the problem.")
        .column("source", DataType::Utf8, "The collection that it comes from.")
        .column("statement", DataType::Utf8, "What is asked, as a person reads it.")
        .optional(
            "entry",
            DataType::Utf8,
            "The function that answers define; null for programs that read standard input.",
        )
        .column("parents", list(DataType::Utf8), "The problems that it was made of.")
        .column("method", DataType::Utf8, "How it was made of them.")
}

engine::row_type!(draft);
