//! A turn, and the text that turns are.

use arrow::datatypes::{DataType, Field};
use engine::row::Cell;

use crate::row::{list, structure};

/// The tag of what came of code that was run.
pub(crate) const OUTPUT: &str = "output";

/// The tag of the program that a conversation ends with.
pub(crate) const ANSWER: &str = "answer";

/// What was said at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Who said it, which is its tag.
    pub(crate) role: String,
    pub(crate) text: String,
    /// What became of it, in a word.
    pub(crate) status: String,
}

impl Turn {
    pub(crate) fn new(role: &str, text: impl Into<String>, status: &str) -> Self {
        Self { role: role.to_owned(), text: text.into(), status: status.to_owned() }
    }
}

/// The text of turns: each between its tags, and nothing between them, so that a turn is told by its tags alone.
pub(crate) fn text<'a>(turns: impl IntoIterator<Item = &'a Turn>) -> String {
    turns.into_iter().map(|Turn { role, text, .. }| format!("<{role}>{text}</{role}>")).collect()
}

/// The column `turns`.
pub(crate) fn field() -> Field {
    let turn = structure([("role", DataType::Utf8), ("text", DataType::Utf8), ("status", DataType::Utf8)]);
    Field::new("turns", list(turn), false)
}

/// Its value.
pub(crate) fn cell(turns: &[Turn]) -> Cell {
    let turn = |Turn { role, text, status }: &Turn| {
        let [role, text, status] = [role, text, status].map(|text| Cell::from(text.as_str()));
        Cell::structure([("role", role), ("text", text), ("status", status)])
    };
    Cell::List(turns.iter().map(turn).collect())
}
