//! What is given of a problem that was made, and of an answer that is none.

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::Operator;
use engine::port::PortType;
use engine::row::Cell;
use models::generate::{Completion, Usage};

use super::form::Written;
use super::{Evolve, Method};
use crate::row::{list, with_columns};

/// What an answer is to: everything about it that was known before.
pub(super) struct Origin<'a> {
    pub(super) id: String,
    pub(super) parents: Vec<&'a str>,
    pub(super) method: Method,
    pub(super) sample: u64,
}

/// The type of problems.
pub(super) fn problems() -> PortType {
    let text = |name: &str, is_nullable| Field::new(name, DataType::Utf8, is_nullable);
    let fields = vec![
        text("problem_id", false),
        text("entry", true),
        text("io_format", true),
        Field::new("sample", DataType::Int64, false),
        Field::new("prompt_tokens", DataType::Int64, true),
        Field::new("completion_tokens", DataType::Int64, true),
    ];
    let draft = PortType::rows("Draft");
    with_columns(&draft, fields)
}

/// The type of answers without one.
pub(super) fn unparsed() -> PortType {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    PortType::Columns(
        Schema::new(vec![
            text("id"),
            Field::new("parents", list(DataType::Utf8), false),
            text("method"),
            Field::new("sample", DataType::Int64, false),
            Field::new("completion", DataType::Utf8, true),
            text("reason"),
        ])
        .into(),
    )
}

/// A problem's cells.
pub(super) fn of_problem(origin: &Origin<'_>, written: Written, usage: Usage) -> Vec<(String, Cell)> {
    let told = |count: u64| i64::try_from(count).ok().filter(|count| *count > 0);
    let Written { statement, entry, format } = written;
    let cells: [(&str, Cell); 7] = [
        ("problem_id", origin.id.as_str().into()),
        ("source", Evolve::NAME.into()),
        ("statement", statement.into()),
        ("entry", entry.into()),
        ("io_format", format.into()),
        ("prompt_tokens", told(usage.prompt).into()),
        ("completion_tokens", told(usage.completion).into()),
    ];
    named(cells).chain(of_origin(origin)).collect()
}

/// The cells of an answer that is none, or of one that could not be asked for.
pub(super) fn of_failure(origin: &Origin<'_>, answer: Option<&Completion>, reason: String) -> Vec<(String, Cell)> {
    let text = answer.map(|answer| answer.text.as_str());
    named([("completion", text.into()), ("reason", reason.into())]).chain(of_origin(origin)).collect()
}

fn of_origin(origin: &Origin<'_>) -> impl Iterator<Item = (String, Cell)> {
    named([
        ("id", origin.id.as_str().into()),
        ("parents", origin.parents.clone().into()),
        ("method", origin.method.name().into()),
        ("sample", i64::try_from(origin.sample).unwrap_or(i64::MAX).into()),
    ])
}

fn named<const N: usize>(cells: [(&'static str, Cell); N]) -> impl Iterator<Item = (String, Cell)> {
    cells.into_iter().map(|(name, cell)| (name.to_owned(), cell))
}
