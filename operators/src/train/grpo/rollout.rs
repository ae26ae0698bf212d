//! An answer that was drawn, and its row.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::Context;
use engine::port::PortType;
use engine::row::{Cell, Emit};
use models::train::Example;

use super::terms::{Known, Worth};
use crate::row::{list, with_columns};

/// The output.
const PORT: &str = "rollouts";

/// An answer, and all that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rollout {
    /// What was asked, and what was answered.
    pub(super) prompt: String,
    pub(super) completion: String,
    pub(super) problem: String,
    pub(super) sample: u64,
    /// Both as tokens, of which the answer's are learned.
    pub(super) example: Example,
    /// The log-probability of each of its tokens under the policy that drew it.
    pub(super) drawn: Vec<f32>,
    /// Whether it was cut at `max_tokens`.
    pub(super) truncated: bool,
    pub(super) known: Known,
    pub(super) worth: Worth,
    /// How much better it is than the others of its group.
    pub(super) advantage: f64,
}

/// The columns beside those of a completion.
pub(super) fn port_type() -> PortType {
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    let term = |name: &&str| number(&format!("term_{name}"));
    let mut fields = vec![
        Field::new("problem_id", DataType::Utf8, false),
        Field::new("step", DataType::Int64, false),
        Field::new("sample", DataType::Int64, false),
        Field::new("finish", DataType::Utf8, false),
        Field::new("passed", DataType::Boolean, true),
        Field::new("status", DataType::Utf8, false),
        Field::new("formatted", DataType::Boolean, false),
        Field::new("tests", DataType::Float64, false),
        number("process_score"),
    ];
    fields.extend(TERMS.iter().map(term));
    fields.extend([number("reward"), number("advantage")]);
    fields.push(Field::new("completion_tokens", list(DataType::Int64), false));
    fields.push(Field::new("log_probabilities", list(DataType::Float64), false));
    let completion = PortType::rows("Completion");
    let base = PortType::Columns(Arc::new(Schema::empty()));
    with_columns(&completion.over(&base), fields)
}

/// Every term that there is.
const TERMS: [&str; 8] = ["format", "outcome", "tests", "compiler", "python", "columns", "length", "process"];

impl Rollout {
    /// The tokens of the answer.
    pub(super) fn tokens(&self) -> &[u32] {
        let prompt = self.example.tokens.len() - self.known.tokens;
        &self.example.tokens[prompt..]
    }

    /// Gives it as a row.
    pub(super) fn tell(&self, step: u64, context: &Context, emit: &mut Emit<'_>) {
        let tokens: Vec<i64> = self.tokens().iter().map(|token| i64::from(*token)).collect();
        let drawn: Vec<f64> = self.drawn.iter().map(|number| f64::from(*number)).collect();
        let finish = if self.truncated { "length" } else { "end" };
        let id = context.child_id([self.problem.as_str(), &format!("step {step}")], self.sample);
        let mut cells: Vec<(String, Cell)> = [
            ("id", Cell::from(id)),
            ("prompt", self.prompt.as_str().into()),
            ("completion", self.completion.as_str().into()),
            ("problem_id", self.problem.as_str().into()),
            ("step", (step as i64).into()),
            ("sample", (self.sample as i64).into()),
            ("finish", finish.into()),
            ("passed", self.known.status.verdict().into()),
            ("status", self.known.status.name().into()),
            ("formatted", self.known.formatted.into()),
            ("tests", self.known.tests.into()),
            ("process_score", self.known.process.into()),
            ("reward", self.worth.reward.into()),
            ("advantage", self.advantage.into()),
            ("completion_tokens", tokens.into()),
            ("log_probabilities", drawn.into()),
        ]
        .map(|(name, cell)| (name.to_owned(), cell))
        .into();
        cells.extend(self.worth.terms.iter().map(|(name, value)| (format!("term_{name}"), (*value).into())));
        emit.push_row(PORT, cells);
    }
}
