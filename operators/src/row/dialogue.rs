//! `Dialogue`: messages of a conversation.

use arrow::datatypes::DataType;
use engine::port::RowType;

use super::{list, structure};

/// The row type `Dialogue`.
#[must_use]
pub fn dialogue() -> RowType {
    let message = structure([("role", DataType::Utf8), ("content", DataType::Utf8)]);
    RowType::new("Dialogue", "A conversation to train on or to go on from.")
        .column("id", DataType::Utf8, "Stable identity of the conversation.")
        .column("messages", list(message), "The messages in order; `role` is `system`, `user` or `assistant`.")
}

engine::row_type!(dialogue);
