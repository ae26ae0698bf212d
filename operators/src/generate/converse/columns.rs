//! The columns of a conversation.

use arrow::datatypes::{DataType, Field};
use engine::port::PortType;
use engine::row::{Cell, Row};

use super::end::{End, Ended};
use super::talk::Talk;
use crate::row::with_columns;
use crate::turns::{self, program};

/// The types of `conversations` and `unfinished` over rows of a type.
pub(super) fn types(rows: &PortType) -> (PortType, PortType) {
    let finished = with_columns(&PortType::rows("Completion").over(rows), fields());
    let unfinished = with_columns(&finished, vec![Field::new("reason", DataType::Utf8, false)]);
    (finished, unfinished)
}

/// What every conversation has beside a `Completion`'s columns.
fn fields() -> Vec<Field> {
    vec![
        Field::new("problem_id", DataType::Utf8, false),
        Field::new("sample", DataType::Int64, false),
        turns::field(),
        Field::new("end", DataType::Utf8, false),
        Field::new("code", DataType::Utf8, true),
        Field::new("prompt_tokens", DataType::Int64, true),
        Field::new("completion_tokens", DataType::Int64, true),
    ]
}

/// A conversation's values and the output that it goes to, but for its id.
pub(super) fn cells(
    talk: &Talk<'_>,
    ended: &Ended,
    row: &Row,
    (prompt, sample): (String, u64),
) -> (&'static str, Vec<(String, Cell)>) {
    let told = |count: u64| i64::try_from(count).ok().filter(|count| *count > 0);
    let problem = row.text("problem_id").unwrap_or_else(|| row.id());
    let (prompt_tokens, completion_tokens) = talk.tokens();
    let mut cells: Vec<(&str, Cell)> = vec![
        ("prompt", prompt.into()),
        ("completion", turns::text(talk.turns()).into()),
        ("problem_id", problem.into()),
        ("sample", i64::try_from(sample).unwrap_or(i64::MAX).into()),
        ("turns", turns::cell(talk.turns())),
        ("end", ended.end.name().into()),
        ("code", talk.answer().map(program).into()),
        ("prompt_tokens", told(prompt_tokens).into()),
        ("completion_tokens", told(completion_tokens).into()),
    ];
    let port = match ended.end {
        End::Answered => "conversations",
        _ => {
            cells.push(("reason", ended.reason.as_str().into()));
            "unfinished"
        }
    };
    (port, cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect())
}
