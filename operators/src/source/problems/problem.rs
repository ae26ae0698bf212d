//! A problem between its collection's form and the columns of `Problem`.

use serde::{Deserialize, Serialize};

/// The columns of `Problem`.
#[derive(Debug, Serialize, Deserialize)]
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
}

/// One test of a problem.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Test {
    pub(super) kind: Kind,
    pub(super) input: String,
    #[serde(default)]
    pub(super) output: Option<String>,
}

/// How a test is run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// The entry is called with the arguments in `input`, a JSON list, and returns `output`.
    Call,
    /// The program reads `input` and prints `output`.
    Stdin,
    /// `input` is code that raises where the answer is wrong.
    Assert,
}
