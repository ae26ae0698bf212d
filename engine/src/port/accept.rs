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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::Field;

    use super::*;

    fn schema(columns: &[(&str, DataType)]) -> Arc<Schema> {
        let fields = columns.iter().map(|(name, data_type)| Field::new(*name, data_type.clone(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    fn rows(name: &str, columns: &[(&str, DataType)]) -> PortType {
        PortType::Rows { name: name.to_owned(), schema: schema(columns) }
    }

    fn list(item: &str, data_type: DataType) -> DataType {
        DataType::List(Arc::new(Field::new(item, data_type, true)))
    }

    #[test]
    fn name_and_columns_must_both_hold() {
        let wanted = [rows("Pair", &[("chosen", DataType::Utf8)])];
        let more = rows("Pair", &[("id", DataType::Int64), ("chosen", DataType::Utf8)]);
        assert_eq!(check(&wanted, &more), Ok(()));
        assert_eq!(check(&wanted, &rows("Other", &[("chosen", DataType::Utf8)])), Err(Mismatch::Nominal));
        assert_eq!(check(&wanted, &PortType::Columns(schema(&[("chosen", DataType::Utf8)]))), Err(Mismatch::Nominal));
        let missing = Mismatch::MissingColumn { column: "chosen".to_owned() };
        assert_eq!(check(&wanted, &rows("Pair", &[("id", DataType::Utf8)])), Err(missing));
        let (wanted_type, given) = (DataType::Utf8, DataType::Int64);
        let retyped = Mismatch::RetypedColumn { column: "chosen".to_owned(), wanted: wanted_type, given };
        assert_eq!(check(&wanted, &rows("Pair", &[("chosen", DataType::Int64)])), Err(retyped));
    }

    #[test]
    fn columns_are_taken_from_rows_of_any_name_and_never_from_an_artifact() {
        let wanted = [PortType::Columns(schema(&[("text", DataType::Utf8)]))];
        assert_eq!(check(&wanted, &rows("Any", &[("text", DataType::Utf8)])), Ok(()));
        assert_eq!(check(&wanted, &PortType::artifact("Checkpoint")), Err(Mismatch::Nominal));
        assert_eq!(check(&[PortType::any_rows()], &rows("Any", &[])), Ok(()));
    }

    #[test]
    fn one_of_several_types_is_enough_and_the_nearest_is_told() {
        let wanted = [PortType::artifact("Checkpoint"), rows("Pair", &[("chosen", DataType::Utf8)])];
        assert_eq!(check(&wanted, &PortType::artifact("Checkpoint")), Ok(()));
        assert_eq!(check(&wanted, &PortType::artifact("Endpoint")), Err(Mismatch::Nominal));
        let missing = Mismatch::MissingColumn { column: "chosen".to_owned() };
        assert_eq!(check(&wanted, &rows("Pair", &[])), Err(missing));
    }

    #[test]
    fn what_writers_choose_freely_does_not_count() {
        let texts = |item: &str| rows("Pair", &[("texts", list(item, DataType::Utf8))]);
        assert_eq!(check(&[texts("item")], &texts("element")), Ok(()));
        assert_eq!(check(&[texts("item")], &rows("Pair", &[("texts", DataType::Null)])), Ok(()));
        assert!(check(&[texts("item")], &rows("Pair", &[("texts", list("item", DataType::Int64))])).is_err());
    }
}
