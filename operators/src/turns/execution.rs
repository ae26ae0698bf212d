//! What comes of the code in a turn.
//!
//! Owns which part of a turn is code, and the words in which a run is told. The runs are the sandbox's.

use engine::operator::Fault;
use sandbox::Job;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verify::{Extract, Run, Runner, Suite, ended};

/// What is done with the code of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    /// It is run as a script; what it writes comes back, and how it failed.
    Script,
    /// It is held to the problem's tests up to the first that it does not pass, and what happened there comes back.
    Tests,
}

/// What came of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) text: String,
    /// `finished` for a script that ran to its end, and else as in a `Verdict`.
    pub(crate) status: &'static str,
}

/// Interpreters, and how much is told of what happens in them.
pub(crate) struct Execution {
    pub(crate) runner: Runner,
    /// How many characters of what was written.
    pub(crate) characters: usize,
}

/// The program in a text: its last block of code, or all of it where there is none.
pub(crate) fn program(text: &str) -> String {
    Extract::LastBlock.from(text).unwrap_or_else(|| text.to_owned())
}

impl Execution {
    /// Runs the code of a turn as a script.
    pub(crate) async fn script(&self, turn: &str) -> Result<Output, Fault> {
        let outcome = self.runner.run(Job::script(program(turn), "")).await?;
        let written = outcome.stdout.text();
        let written = self.cut(written.trim_end());
        let failure = if outcome.succeeded() { None } else { ended(&outcome.ending) };
        let (status, told) = match failure {
            None => ("finished", None),
            Some((status, message)) => (status.name(), Some(self.cut(&message))),
        };
        let parts: Vec<String> = [written].into_iter().filter(|text| !text.is_empty()).chain(told).collect();
        let text = if parts.is_empty() { "nothing was written".to_owned() } else { parts.join("\n") };
        Ok(Output { text, status })
    }

    /// Holds the code of a turn to tests.
    pub(crate) async fn tests(&self, turn: &str, suite: &Suite) -> Result<Output, Fault> {
        let tests = &suite.tests;
        let results = self.runner.results(&program(turn), tests, Run::UntilFailure).await?;
        let failed = results.iter().zip(tests).enumerate().find(|(_, (result, _))| result.is_failure());
        let Some((place, (result, test))) = failed else {
            return Ok(Output { text: format!("all {} tests passed", tests.len()), status: "passed" });
        };
        let got = result.actual.as_ref().map(|actual| format!(", got {actual}")).unwrap_or_default();
        let message = result.message.as_deref().unwrap_or(result.status.name());
        let text = format!("test {} of {} failed: {message}{got}", place + 1, tests.len());
        let text = format!("{}\n{}", self.cut(&text), self.cut(&test.input()));
        Ok(Output { text, status: result.status.name() })
    }

    fn cut(&self, text: &str) -> String {
        match text.char_indices().nth(self.characters) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text.to_owned(),
        }
    }
}
