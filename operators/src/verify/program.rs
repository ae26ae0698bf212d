//! From what a model wrote to a program.
//!
//! Owns what of a text counts. Knows no test.

use arrow::datatypes::Schema;
use engine::operator::Complaint;
use engine::row::Row;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::python::code;

/// What of a text is the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Extract {
    /// All of it.
    #[default]
    Whole,
    /// What stands between the last pair of lines with three backticks; nothing where there is no such pair.
    LastBlock,
    /// What stands between the first pair of lines with three backticks; nothing where there is no such pair.
    FirstBlock,
}

/// How a row's program is read: what operators call `code`, `extract` and `continues_starter`.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    pub(crate) code: Option<String>,
    pub(crate) extract: Extract,
    pub(crate) continues_starter: bool,
}

impl Programs {
    /// A row's program; none where its text has none.
    pub(crate) fn of(&self, row: &Row, starter: Option<&str>) -> Option<String> {
        let text = row.text(code::column(self.code.as_deref(), row.batch().schema_ref())?)?;
        let program = self.extract.from(text)?;
        match starter {
            Some(starter) if self.continues_starter => Some(format!("{starter}{program}")),
            _ => Some(program),
        }
    }

    /// What the rows lack.
    pub(crate) fn check(&self, schema: &Schema) -> Option<Complaint> {
        code::complaint(self.code.as_deref(), "programs", schema)
    }
}

impl Extract {
    /// The program in a text, if there is one.
    pub(crate) fn from(self, text: &str) -> Option<String> {
        let fences: Vec<usize> =
            text.lines().enumerate().filter(|(_, line)| line.contains("```")).map(|(number, _)| number).collect();
        let (opening, closing) = match (self, fences.as_slice()) {
            (Self::Whole, _) => return Some(text.to_owned()),
            (Self::LastBlock, [.., opening, closing]) | (Self::FirstBlock, [opening, closing, ..]) => {
                (*opening, *closing)
            }
            _ => return None,
        };
        let lines = text.lines().skip(opening + 1).take(closing - opening - 1);
        Some(lines.flat_map(|line| [line, "\n"]).collect())
    }
}

/// The program between the last pair of these tags, in a block of code or by itself; what is not closed reaches to the end.
pub(crate) fn tagged(text: &str, tag: &str) -> Option<String> {
    let (_, rest) = text.rsplit_once(&format!("<{tag}>"))?;
    let inside = rest.split(&format!("</{tag}>")).next().unwrap_or(rest);
    let program = match inside.contains("```") {
        true => Extract::LastBlock.from(inside).unwrap_or_default(),
        false => inside.trim().to_owned(),
    };
    Some(program).filter(|program| !program.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_between_fences() {
        let text = "First:\n```python\na = 1\n```\nthen\n```\nb = 2\n\n```\n";
        assert_eq!(Extract::FirstBlock.from(text).as_deref(), Some("a = 1\n"));
        assert_eq!(Extract::LastBlock.from(text).as_deref(), Some("b = 2\n\n"));
        assert_eq!(Extract::Whole.from(text).as_deref(), Some(text));
        for without in ["", "a = 1", "```python\na = 1"] {
            assert_eq!(Extract::LastBlock.from(without), None, "{without}");
        }
    }
}
