//! What an answer holds: its sections, and what is made of them.
//!
//! Owns how an answer is asked for and read. Knows not what it is made of.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::generate::Headings;

/// What programs look like that solve the problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// They read standard input and write to standard output; how, stands at the end of the statement.
    #[default]
    Program,
    /// They define a function, whose name stands in `entry`.
    Function,
    /// Nothing is said of it: the statement alone is asked for.
    Statement,
}

/// A problem, as an answer has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) statement: String,
    pub(super) entry: Option<String>,
    /// What is read and written.
    pub(super) format: Option<String>,
}

/// A name of Python, without the signs of Markdown around it.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[`*\s]*([A-Za-z_][A-Za-z0-9_]*)(?:\(\))?[`*\s]*$").expect("it stands in code"));

impl Form {
    /// The sections that an answer has, each with what stands there.
    fn sections(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Program => &[
                ("Problem", "the new problem, whole, but for how its data is read and written"),
                (
                    "Format",
                    "what a program reads from standard input, line by line, and what it writes to standard output",
                ),
            ],
            Self::Function => &[
                (
                    "Problem",
                    "the new problem, whole, with the function's parameters in their order and what it returns",
                ),
                ("Entry", "the name of the function and nothing else"),
            ],
            Self::Statement => &[("Problem", "the new problem, whole")],
        }
    }

    /// What is said behind the prompt.
    pub(super) fn answer_format(self) -> String {
        let sections = self.sections();
        let intro = match sections.len() {
            1 => "Answer with exactly one section, under its heading:",
            _ => "Answer with exactly two sections, each under its heading:",
        };
        let section = |(name, content): &(&str, &str)| format!("\n\n[{name}]\n{content}");
        intro.to_owned() + &sections.iter().map(section).collect::<String>()
    }

    /// The headings of these sections.
    pub(super) fn headings(self) -> Headings {
        Headings::of(&self.sections().iter().map(|(name, _)| *name).collect::<Vec<_>>())
    }

    /// The problem in an answer, or why there is none.
    pub(super) fn read(self, headings: &Headings, answer: &str) -> Result<Written, String> {
        let texts = headings.texts(answer)?;
        let second = texts.get(1).copied();
        let statement = texts[0].to_owned();
        Ok(match (self, second) {
            (Self::Program, Some(format)) => {
                Written { statement: format!("{statement}\n\n{format}"), entry: None, format: Some(format.to_owned()) }
            }
            (Self::Function, Some(entry)) => {
                let name = NAME.captures(entry).ok_or("the section [Entry] is no name of a function")?;
                Written { statement, entry: Some(name[1].to_owned()), format: None }
            }
            _ => Written { statement, entry: None, format: None },
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read(form: Form, answer: &str) -> Result<Written, String> {
        form.read(&form.headings(), answer)
    }

    #[test]
    fn every_form_reads_what_it_asks_for() {
        let program = read(Form::Program, "[Problem]\nAdd.\n[Format]\nTwo numbers.").unwrap();
        assert_eq!(program.statement, "Add.\n\nTwo numbers.");
        assert_eq!(program.format.as_deref(), Some("Two numbers."));
        let function = read(Form::Function, "[Problem]\nAdd.\n[Entry]\n`add()`").unwrap();
        assert_eq!((function.statement.as_str(), function.entry.as_deref()), ("Add.", Some("add")));
        assert_eq!(read(Form::Statement, "[Problem]\nAdd.").unwrap().statement, "Add.");
        for form in [Form::Program, Form::Statement] {
            assert!(read(form, &form.answer_format()).is_ok(), "{form:?}");
        }
    }

    #[test]
    fn a_sentence_is_no_entry() {
        let reason = read(Form::Function, "[Problem]\nAdd.\n[Entry]\nCall it add.").unwrap_err();
        assert_eq!(reason, "the section [Entry] is no name of a function");
    }
}
