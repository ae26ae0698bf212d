//! The columns that a problem has: those of `Problem`, those of structured reasoning, and its own.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::port::PortType;

use crate::row::reasoned;

/// The type of the rows.
pub(super) fn port_type() -> PortType {
    let problem = PortType::rows("Problem");
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let example = DataType::Struct(vec![text("input"), text("output")].into());
    let own = [
        text("family"),
        Field::new("depth", DataType::Int64, false),
        text("function"),
        Field::new("example", example, false),
    ];
    let known = problem.schema().expect("rows have columns");
    let reasoned = reasoned();
    let reasoning = reasoned.schema().expect("rows have columns").fields().iter();
    let reasoning = reasoning.filter(|field| known.field_with_name(field.name()).is_err());
    let fields: Vec<_> = known.fields().iter().chain(reasoning).cloned().chain(own.map(Arc::new)).collect();
    problem.with_schema(Arc::new(Schema::new(fields)))
}
