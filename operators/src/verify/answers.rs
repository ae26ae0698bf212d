//! What programs give for what tests ask, where nothing is expected yet.
//!
//! Owns when two answers are the same, and how one is written down as what is expected. Knows not which one is right.

use engine::operator::Fault;
use sandbox::{Outcome, Reply};

use super::jobs::{self, Run};
use super::rest::Rest;
use super::runner::Runner;
use super::status;
use super::suite::Test;
use crate::python::PythonValue;

/// What a program gave.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// What a call gave back.
    Value(PythonValue),
    /// What was written to standard output.
    Text(String),
}

impl Answer {
    /// As it stands in a test's `output`.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Value(value) => value.to_notation().to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Runner {
    /// What a program gives for each test, or why it gives nothing; the program is loaded once for all calls.
    pub(crate) async fn answers(&self, program: &str, tests: &[Test]) -> Result<Vec<Result<Answer, String>>, Fault> {
        let mut answers = Vec::with_capacity(tests.len());
        let mut rest = self.rest();
        for group in tests.chunk_by(Test::shares_program) {
            match self.within(&mut rest, jobs::together(program, group, Run::All), group).await? {
                Some(outcome) => answers.extend(of_outcome(&outcome, group)),
                None => answers.extend(group.iter().map(|_| Err(Rest::exhausted().message.unwrap_or_default()))),
            }
        }
        Ok(answers)
    }

    /// Whether one who expects the first answer would take the second for right.
    pub(crate) fn agree(&self, expected: &Answer, actual: &Answer) -> bool {
        match (expected, actual) {
            (Answer::Value(expected), Answer::Value(actual)) => self.compare.values(expected, actual),
            (Answer::Text(expected), Answer::Text(actual)) => self.compare.texts(expected, actual),
            _ => false,
        }
    }
}

fn of_outcome(outcome: &Outcome, tests: &[Test]) -> Vec<Result<Answer, String>> {
    let failure = status::of(&outcome.ending).map(|(_, message)| message);
    if let [Test::Stdin { .. }] = tests {
        return vec![match (outcome.succeeded(), failure) {
            (false, Some(message)) => Err(message),
            _ => String::from_utf8(outcome.stdout.bytes.clone())
                .map(Answer::Text)
                .map_err(|_| "it writes what is no text".to_owned()),
        }];
    }
    let mut answers: Vec<_> = outcome.replies.iter().map(of_reply).collect();
    // The program could not be loaded, or did not live to the last test.
    answers.resize(tests.len(), Err(failure.unwrap_or_else(|| "it gives no answer".to_owned())));
    answers
}

fn of_reply(reply: &Reply) -> Result<Answer, String> {
    if let Some((_, message)) = status::of_test(&reply.ending) {
        return Err(message);
    }
    PythonValue::from_notation(&reply.value.clone().unwrap_or_default()).map(Answer::Value)
}
