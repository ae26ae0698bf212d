//! Reasoning as data: a text, and the steps that it is made of.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::port::PortType;

use super::{list, structure};

/// Rows of any kind whose `reasoning` about their `statement` also stands in `steps`, each with a `kind` (`given`,
/// `step`, or `return` for the last), a `text`, the lines of `code` that do it, and the `value` that comes out.
/// `reasoning` is the text of each step, behind a colon its value where it has one, and a full stop.
#[must_use]
pub fn reasoned() -> PortType {
    let step = ["kind", "text", "code", "value"].map(|name| (name, DataType::Utf8));
    let columns = [
        ("id", DataType::Utf8),
        ("statement", DataType::Utf8),
        ("reasoning", DataType::Utf8),
        ("steps", list(structure(step))),
    ];
    let fields = columns.map(|(name, data_type)| Field::new(name, data_type, false));
    PortType::Columns(Arc::new(Schema::new(fields.to_vec())))
}
