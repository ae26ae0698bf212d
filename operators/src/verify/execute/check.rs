//! The columns that programs and tests are taken from.

use arrow::datatypes::Schema;
use engine::operator::Complaint;

use super::Execute;
use crate::python::code;

/// What the rows lack.
pub(super) fn columns(config: &Execute, schema: &Schema, with_problems: bool) -> Vec<Complaint> {
    let mut found: Vec<Complaint> = code::complaint(config.code.as_deref(), "programs", schema).into_iter().collect();
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
