//! A problem between its collection's form and the columns of its row.

use serde::{Deserialize, Serialize};

/// A row of a collection.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Item {
    Problem(Problem),
    Pair(Pair),
}

impl Item {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Problem(problem) => &problem.id,
            Self::Pair(pair) => &pair.id,
        }
    }

    /// When it was published, as precisely as its collection says.
    pub(super) fn published(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => problem.published.as_deref().or(problem.date.as_deref()),
            Self::Pair(_) => None,
        }
    }
}

/// The columns of `Problem`, and `answer`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Problem {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) statement: String,
    #[serde(default)]
    pub(super) starter: Option<String>,
    #[serde(default)]
    pub(super) entry: Option<String>,
    #[serde(default)]
    pub(super) solution: Option<String>,
    pub(super) tests: Vec<Test>,
    #[serde(default)]
    pub(super) difficulty: Option<String>,
    #[serde(default)]
    pub(super) tags: Option<Vec<String>>,
    #[serde(default)]
    pub(super) date: Option<String>,
    /// What an answer comes to, where that is no program.
    #[serde(skip_deserializing)]
    pub(super) answer: Option<String>,
    /// The date with its time, which is no column.
    #[serde(skip)]
    pub(super) published: Option<String>,
}

/// One test of a problem.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Test {
    pub(super) kind: Kind,
    pub(super) input: String,
    #[serde(default)]
    pub(super) output: Option<String>,
}

impl Test {
    /// A script that raises where an answer is wrong.
    pub(super) fn assert(script: String) -> Self {
        Self { kind: Kind::Assert, input: script, output: None }
    }

    /// A program that reads one text and writes another.
    pub(super) fn stdin(input: String, output: String) -> Self {
        Self { kind: Kind::Stdin, input, output: Some(output) }
    }

    /// A call with a JSON list of arguments, and the value that it gives.
    pub(super) fn call(arguments: String, value: String) -> Self {
        Self { kind: Kind::Call, input: arguments, output: Some(value) }
    }
}

/// How a test is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// The entry is called with the arguments in `input`, a JSON list, and returns `output`.
    Call,
    /// The program reads `input` and prints `output`.
    Stdin,
    /// `input` is code that raises where the answer is wrong.
    Assert,
}

/// The columns of `Preference`, and the part of its benchmark.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pair {
    #[serde(deserialize_with = "text_of_number")]
    pub(super) id: String,
    pub(super) prompt: String,
    pub(super) chosen: String,
    pub(super) rejected: String,
    pub(super) subset: String,
}

/// An id that may be a number.
pub(super) fn text_of_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        other => Err(serde::de::Error::custom(format!("an id is a text or a number, not {other}"))),
    }
}
