//! The columns that programs and tests are taken from.

use arrow::datatypes::{DataType, Schema};
use engine::operator::Complaint;

use super::Execute;
use crate::complaints;

/// Where a program stands when nothing is said.
const USUAL: [&str; 3] = ["code", "completion", "solution"];

/// The column with the program.
pub(super) fn code_column<'a>(config: &'a Execute, schema: &Schema) -> Option<&'a str> {
    let usual = || USUAL.into_iter().find(|name| schema.column_with_name(name).is_some());
    config.code.as_deref().or_else(usual)
}

/// What the rows lack.
pub(super) fn columns(config: &Execute, schema: &Schema, with_problems: bool) -> Vec<Complaint> {
    let mut found = Vec::new();
    match code_column(config, schema) {
        None => {
            let message = format!("there is no column {}: name the one with the program", complaints::quoted(USUAL));
            found.push(Complaint::input("operator::no_column", "programs", message, "no program"));
        }
        Some(name) => match schema.field_with_name(name) {
            Err(_) => found.push(complaints::unknown_column(&["code"], name, "programs", schema)),
            Ok(field) if !is_text(field.data_type()) => {
                found.push(complaints::column_type(&["code"], name, field.data_type(), "text"));
            }
            Ok(_) => {}
        },
    }
    let (needed, advice) = match with_problems {
        true => ("problem_id", "it names the problem whose tests a program takes"),
        false => ("tests", "or wire `problems`, whose tests the column `problem_id` names"),
    };
    if schema.column_with_name(needed).is_none() {
        let message = format!("`programs` has no column `{needed}`: {advice}");
        found.push(Complaint::input("operator::no_column", "programs", message, "no tests"));
    }
    found
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8)
}
