//! `Dialogue`: messages of a conversation.

use arrow::datatypes::DataType;
use engine::port::RowType;
use engine::row::Cell;

use super::{list, structure};

/// The row type `Dialogue`.
#[must_use]
pub fn dialogue() -> RowType {
    let message = structure([("role", DataType::Utf8), ("content", DataType::Utf8)]);
    RowType::new("Dialogue", "A conversation to train on or to go on from.")
        .column("id", DataType::Utf8, "Stable identity of the conversation.")
        .column("messages", list(message), "The messages in order; `role` is `system`, `user` or `assistant`.")
}

/// Whether a column of this type has conversations.
pub(crate) fn holds_messages(data_type: &DataType) -> bool {
    let (DataType::List(item) | DataType::LargeList(item)) = data_type else { return false };
    let DataType::Struct(fields) = item.data_type() else { return false };
    ["role", "content"].iter().all(|name| fields.find(name).is_some())
}

/// Role and content of each message.
pub(crate) fn said(messages: &Cell) -> Vec<(String, String)> {
    let Cell::List(messages) = messages else { return Vec::new() };
    let field = |fields: &[(String, Cell)], wanted: &str| {
        fields.iter().find(|(name, _)| name == wanted).and_then(|(_, cell)| match cell {
            Cell::Text(text) => Some(text.clone()),
            _ => None,
        })
    };
    let message = |message: &Cell| match message {
        Cell::Struct(fields) => Some((field(fields, "role")?, field(fields, "content")?)),
        _ => None,
    };
    messages.iter().filter_map(message).collect()
}

engine::row_type!(dialogue);
