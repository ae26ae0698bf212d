//! The column that holds programs. Owns where it is looked for and what is said where it is not there.

use arrow::datatypes::{DataType, Schema};
use engine::operator::Complaint;

use crate::complaints;

/// Where a program stands when nothing is said.
const USUAL: [&str; 3] = ["code", "completion", "solution"];

/// The column with the program: the one that is named, else the first of the usual ones that is there.
pub(crate) fn column<'a>(named: Option<&'a str>, schema: &Schema) -> Option<&'a str> {
    named.or_else(|| USUAL.into_iter().find(|name| schema.column_with_name(name).is_some()))
}

/// What is wrong with the column of an input; `code` is the parameter that names it.
pub(crate) fn complaint(named: Option<&str>, port: &str, schema: &Schema) -> Option<Complaint> {
    let Some(name) = column(named, schema) else {
        let message = format!("there is no column {}: name the one with the program", complaints::quoted(USUAL));
        return Some(Complaint::input("operator::no_column", port, message, "no program"));
    };
    complaints::misfit(&["code"], name, port, schema, (is_text, "text"))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8)
}
