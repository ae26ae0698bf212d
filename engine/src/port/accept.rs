//! Whether what an output gives is what an input takes.

use arrow::datatypes::{DataType, Schema};

use super::PortType;

/// Why an edge does not fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Mismatch {
    /// Another nominal type, or rows where an artifact is wanted.
    Nominal,
    /// The column is not there.
    MissingColumn {
        /// The column that is wanted.
        column: String,
    },
    /// The column has another type.
    RetypedColumn {
        /// The column.
        column: String,
        /// What the input takes.
        wanted: DataType,
        /// What the output gives.
        given: DataType,
    },
}

/// Whether `given` fits one of the `accepted` types; the mismatch is that of the type that came nearest.
///
/// # Errors
/// The first mismatch: a column's where a nominal type fits, else [`Mismatch::Nominal`].
pub fn check(accepted: &[PortType], given: &PortType) -> Result<(), Mismatch> {
    let mut nearest = Mismatch::Nominal;
    for wanted in accepted {
        match fits(wanted, given) {
            Ok(()) => return Ok(()),
            Err(Mismatch::Nominal) => {}
            Err(column) => nearest = column,
        }
    }
    Err(nearest)
}

fn fits(wanted: &PortType, given: &PortType) -> Result<(), Mismatch> {
    match (wanted, given) {
        (PortType::Artifact { name }, PortType::Artifact { name: given }) if name == given => Ok(()),
        (PortType::Rows { name, schema }, PortType::Rows { name: given, schema: columns }) if name == given => {
            has_columns(schema, columns)
        }
        (PortType::Columns(schema), PortType::Rows { schema: columns, .. } | PortType::Columns(columns)) => {
            has_columns(schema, columns)
        }
        _ => Err(Mismatch::Nominal),
    }
}

fn has_columns(wanted: &Schema, given: &Schema) -> Result<(), Mismatch> {
    for field in wanted.fields() {
        let column = field.name().clone();
        match given.field_with_name(&column) {
            Err(_) => return Err(Mismatch::MissingColumn { column }),
            Ok(found) if !same_type(field.data_type(), found.data_type()) => {
                let (wanted, given) = (field.data_type().clone(), found.data_type().clone());
                return Err(Mismatch::RetypedColumn { column, wanted, given });
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// Equality that forgets nullability and the names of list items, which writers choose freely; a null column, all
/// of whose values are absent, fits every type.
fn same_type(wanted: &DataType, given: &DataType) -> bool {
    match (wanted, given) {
        (_, DataType::Null) => true,
        (DataType::List(wanted), DataType::List(given)) => same_type(wanted.data_type(), given.data_type()),
        (DataType::Struct(wanted), DataType::Struct(given)) => wanted.iter().all(|field| {
            given.iter().any(|found| found.name() == field.name() && same_type(field.data_type(), found.data_type()))
        }),
        _ => wanted == given,
    }
}
