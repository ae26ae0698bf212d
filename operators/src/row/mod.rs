//! Row types: the words of the domain, each a name and the columns that it promises.
//!
//! Owns what columns are called and what they hold. Knows no operator.

mod completion;
mod contrast;
mod dialogue;
mod draft;
mod matrix;
mod metric;
mod preference;
mod problem;
mod profile;
mod reasoning;
mod score;
mod search_node;
mod trace;
mod verdict;

pub use completion::completion;
pub use contrast::contrast;
pub use dialogue::dialogue;
pub(crate) use dialogue::{holds_messages, said};
pub use draft::draft;
pub use matrix::matrix;
pub use metric::metric;
pub use preference::preference;
pub use problem::problem;
pub use profile::profile;
pub use reasoning::reasoned;
pub use score::score;
pub use search_node::search_node;
pub use trace::trace;
pub use verdict::verdict;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::port::PortType;

/// Rows of any kind that have an `id`.
#[must_use]
pub fn identified() -> PortType {
    PortType::Columns(Arc::new(Schema::new(vec![Field::new("id", DataType::Utf8, false)])))
}

/// Rows of any kind that belong to a problem.
#[must_use]
pub fn of_problems() -> PortType {
    let fields = vec![Field::new("id", DataType::Utf8, false), Field::new("problem_id", DataType::Utf8, true)];
    PortType::Columns(Arc::new(Schema::new(fields)))
}

/// Rows of a type with further columns, which win over those of the same name.
///
/// # Panics
/// Where the type has no rows: what an input port of rows takes always has.
pub(crate) fn with_columns(rows: &PortType, fields: Vec<Field>) -> PortType {
    let added = PortType::Columns(Arc::new(Schema::new(fields))).over(rows);
    rows.with_schema(added.schema().expect("rows have columns").clone())
}

/// A list of `item`.
pub(crate) fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

/// Named values, each of which may be null.
pub(crate) fn structure<const N: usize>(fields: [(&str, DataType); N]) -> DataType {
    DataType::Struct(fields.into_iter().map(|(name, data_type)| Field::new(name, data_type, true)).collect())
}
