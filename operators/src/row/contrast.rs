//! `Contrast`: reasoning about one problem that is better and worse on purpose.

use arrow::datatypes::DataType;
use engine::port::RowType;

/// The row type `Contrast`.
#[must_use]
pub fn contrast() -> RowType {
    RowType::new("Contrast", "Reasoning about a problem on three levels, of which each is better than the next.")
        .column("id", DataType::Utf8, "Stable identity of the reasoning.")
        .column("problem_id", DataType::Utf8, "The problem that it is about.")
        .column("statement", DataType::Utf8, "What the problem asks.")
        .optional("optimized", DataType::Utf8, "The best reasoning; null where there is none.")
        .optional("base", DataType::Utf8, "The reasoning that the others are made of.")
        .optional("degraded", DataType::Utf8, "The worst.")
}

engine::row_type!(contrast);
