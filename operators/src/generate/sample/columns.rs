//! The columns of an answer.

use arrow::datatypes::{DataType, Field};
use engine::port::PortType;
use engine::row::{Cell, Row};
use models::generate::{Completion, Finish};

use super::super::prompt::Asked;
use super::Sample;
use crate::row::{list, structure, with_columns};

/// The types of `completions` and `unparsed` over rows of a type.
pub(super) fn types(config: &Sample, rows: &PortType) -> (PortType, PortType) {
    let common = with_columns(&PortType::rows("Completion").over(rows), common(config));
    let unparsed = with_columns(&common, vec![Field::new("reason", DataType::Utf8, false)]);
    (with_columns(&common, config.parse.fields()), unparsed)
}

/// What every answer has beside a `Completion`'s columns.
fn common(config: &Sample) -> Vec<Field> {
    let message = structure([("role", DataType::Utf8), ("content", DataType::Utf8)]);
    let mut fields = vec![
        Field::new("messages", list(message), false),
        Field::new("problem_id", DataType::Utf8, false),
        Field::new("sample", DataType::Int64, false),
        Field::new("finish", DataType::Utf8, false),
        Field::new("prompt_tokens", DataType::Int64, true),
        Field::new("completion_tokens", DataType::Int64, true),
    ];
    if config.log_probabilities {
        fields.push(Field::new("log_probabilities", list(DataType::Float64), true));
    }
    fields
}

/// An answer's values, but for its id and its parts.
pub(super) fn cells(
    config: &Sample,
    asked: &Asked,
    answer: &Completion,
    row: &Row,
    sample: u64,
) -> Vec<(String, Cell)> {
    let told = |count: u64| i64::try_from(count).ok().filter(|count| *count > 0);
    let problem = row.text("problem_id").unwrap_or_else(|| row.id());
    let mut cells: Vec<(&str, Cell)> = vec![
        ("prompt", asked.text.as_str().into()),
        ("completion", answer.text.as_str().into()),
        ("messages", asked.messages(&answer.text)),
        ("problem_id", problem.into()),
        ("sample", i64::try_from(sample).unwrap_or(i64::MAX).into()),
        ("finish", finish(&answer.finish).into()),
        ("prompt_tokens", told(answer.usage.prompt).into()),
        ("completion_tokens", told(answer.usage.completion).into()),
    ];
    if config.log_probabilities {
        let likely = answer.log_probabilities.as_ref();
        let likely = likely.map(|all| all.iter().map(|one| f64::from(*one)).collect::<Vec<f64>>());
        cells.push(("log_probabilities", likely.into()));
    }
    cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect()
}

/// Why an answer could not be parsed; that it was cut is mostly why.
pub(super) fn reason(reason: String, answer: &Completion) -> String {
    match &answer.finish {
        Finish::Length => format!("{reason}; the answer was cut at its greatest length"),
        Finish::Refused(word) => format!("{reason}; the endpoint did not go on: {word}"),
        Finish::End | Finish::Stop(_) => reason,
    }
}

fn finish(finish: &Finish) -> &'static str {
    match finish {
        Finish::End => "end",
        Finish::Stop(_) => "stop",
        Finish::Length => "length",
        Finish::Refused(_) => "refused",
    }
}
