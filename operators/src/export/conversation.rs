//! Conversations as a column: lists of messages, each with its `role` and `content`.
//!
//! Owns the column's type. Knows nothing of who says what.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringBuilder, StructBuilder};
use arrow::datatypes::{DataType, Field, Fields};

/// A column with a conversation a row.
pub(super) fn column<'a, C>(conversations: impl IntoIterator<Item = C>) -> ArrayRef
where
    C: IntoIterator<Item = (&'a str, &'a str)>,
{
    let fields = Fields::from(["role", "content"].map(|name| Field::new(name, DataType::Utf8, true)).to_vec());
    let mut column = ListBuilder::new(StructBuilder::from_fields(fields, 0));
    for conversation in conversations {
        for (role, content) in conversation {
            let message = column.values();
            for (place, text) in [role, content].into_iter().enumerate() {
                let texts = message.field_builder::<StringBuilder>(place).expect("both fields are text");
                texts.append_value(text);
            }
            message.append(true);
        }
        column.append(true);
    }
    Arc::new(column.finish())
}
