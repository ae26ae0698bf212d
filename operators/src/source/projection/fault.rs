//! What is wrong with wishes for a file's columns.

use arrow::datatypes::{Field, Schema};
use engine::operator::Complaint;

use super::find::{Found, Place};
use crate::complaints::{column_meant, quoted, type_name};

/// A parameter names a column that the file does not have.
pub(super) fn not_in_file(path: &[&str], column: &str, file: &Schema, called: &str) -> Complaint {
    let message = format!("{called} has no column `{column}`");
    Complaint::parameter("operator::unknown_column", path, message, "no such column").help(column_meant(column, file))
}

/// The row type needs a column that the file does not have.
pub(super) fn missing(rows: Option<&str>, field: &Field, found: &Found<'_>, called: &str) -> Complaint {
    let (name, row_type) = (field.name(), rows.unwrap_or_default());
    let message = format!(
        "`{row_type}` needs a column `{name}` ({}), which {called} does not have",
        type_name(field.data_type())
    );
    let complaint = Complaint::parameter("operator::row_type", &["rows"], message, format!("`{name}` is missing"));
    complaint.help(format!(
        "say which column it is, `columns: {{{name}: ...}}`; there are {}",
        quoted(found.keys().copied())
    ))
}

/// A column has values that the row type's cannot hold.
pub(super) fn retyped(rows: Option<&str>, field: &Field, found: &Place, called: &str) -> Complaint {
    let (name, row_type) = (field.name(), rows.unwrap_or_default());
    let (found, wanted) = (type_name(&found.data_type), type_name(field.data_type()));
    let message = format!("column `{name}` of {called} is {found}, where `{row_type}` has {wanted}");
    let complaint = Complaint::parameter("operator::row_type", &["rows"], message, format!("`{name}` does not fit"));
    complaint.help(format!("map another column to it, `columns: {{{name}: ...}}`"))
}
