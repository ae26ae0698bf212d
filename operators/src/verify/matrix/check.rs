//! The columns that programs and tests are taken from.

use arrow::datatypes::{DataType, Schema};
use engine::operator::Complaint;
use engine::port::InputTypes;

use super::Programs;
use crate::complaints;

/// What the rows lack.
pub(super) fn columns(programs: &Programs, inputs: &InputTypes) -> Vec<Complaint> {
    let programs = complaints::columns(inputs, "programs").and_then(|schema| programs.check(schema));
    let tests = complaints::columns(inputs, "tests").and_then(|schema| tests(schema));
    programs.into_iter().chain(tests).collect()
}

fn tests(schema: &Schema) -> Option<Complaint> {
    let complaint = |message: String| Some(Complaint::input("operator::no_column", "tests", message, "no tests"));
    let column = |name: &str| schema.field_with_name(name).ok().map(|field| field.data_type().clone());
    let (name, wanted, found) = match (column("tests"), column("test")) {
        (Some(DataType::List(item) | DataType::LargeList(item)), _) if is_test(item.data_type()) => return None,
        (None, Some(one)) if is_test(&one) => return None,
        (Some(DataType::Null), _) | (None, Some(DataType::Null)) => return None,
        (Some(other), _) => ("tests", "a list of texts, or of mappings with `kind`, `input` and `output`", other),
        (None, Some(other)) => ("test", "a text, or a mapping with `kind`, `input` and `output`", other),
        (None, None) => {
            return complaint("`tests` has no column `test` with one test a row, nor `tests` with a list".into());
        }
    };
    complaint(format!("column `{name}` of `tests` is {}, where {wanted} is needed", complaints::type_name(&found)))
}

fn is_test(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Null => true,
        DataType::Struct(fields) => ["kind", "input"].iter().all(|name| fields.find(name).is_some()),
        _ => false,
    }
}
