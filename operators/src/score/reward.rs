//! `score.reward`: what a reward model finds an answer worth.

use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Base, Cell, Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complaints;
use crate::model::{self, Placing, reward_port};
use crate::row::{identified, with_columns};

/// Tells what a reward model finds each row's answer worth.
///
/// # What it does
/// Lets a reward model read the prompt and the answer of each row, and adds its number as `score`: more is better, and
/// only differences between answers to the same prompt mean anything. With `squash: sigmoid` the number lies between 0
/// and 1.
///
/// Where the model has a chat template, it reads what the template makes of a user who says the prompt and an assistant
/// who says the answer. Where it has none, it reads the prompt, a blank line, the answer, and the token that ends a text:
/// so do models of `train.reward`. An answer that is longer than the model's context has no result.
///
/// # Why
/// Best of n, filters by quality, and what a policy is trained towards: one column that every later operator can read.
///
/// # Example
/// ```yaml
/// scored: {op: score.reward, inputs: {rows: answers, model: reward}, with: {prompt: statement, answer: reasoning}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reward {
    /// The column with the prompt. Default: the first there is of `prompt`, `statement`.
    #[serde(default)]
    pub prompt: Option<String>,
    /// The column with the answer. Default: the first there is of `reasoning`, `completion`.
    #[serde(default)]
    pub answer: Option<String>,
    /// What becomes of the model's number.
    #[serde(default)]
    pub squash: Squash,
}

/// What becomes of a reward model's number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Squash {
    /// It stays as it is.
    #[default]
    None,
    /// Its sigmoid, which lies between 0 and 1.
    Sigmoid,
}

const PROMPTS: [&str; 2] = ["prompt", "statement"];
const ANSWERS: [&str; 2] = ["reasoning", "completion"];

/// The columns that hold the texts, and the model that reads them.
pub struct Reader {
    config: Reward,
    model: model::Reward,
}

impl Operator for Reward {
    const NAME: &'static str = "score.reward";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("rows", "The rows with prompts and answers.", identified()),
            reward_port("model", "The model that reads them."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The rows with their scores.", OutputType::Derived("As `rows`, with `score`."))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        if let Some(schema) = complaints::columns(inputs, "rows") {
            let complaints: Vec<Complaint> =
                self.texts().into_iter().filter_map(|text| text.complaint(schema)).collect();
            if !complaints.is_empty() {
                return Err(complaints);
            }
        }
        let score = || vec![Field::new("score", DataType::Float64, false)];
        let rows = complaints::port_type(inputs, "rows").map(|rows| with_columns(&rows, score()));
        Ok([("rows".to_owned(), rows)].into())
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl Reward {
    fn texts(&self) -> [Text<'_>; 2] {
        [
            Text { parameter: "prompt", named: self.prompt.as_deref(), usual: PROMPTS },
            Text { parameter: "answer", named: self.answer.as_deref(), usual: ANSWERS },
        ]
    }
}

/// A text of each row, and the parameter that says where it stands.
struct Text<'a> {
    parameter: &'static str,
    named: Option<&'a str>,
    usual: [&'static str; 2],
}

impl<'a> Text<'a> {
    /// The column that is named, else the first of the usual ones that is there.
    fn column(&self, schema: &Schema) -> Option<&'a str> {
        self.named.or_else(|| self.usual.into_iter().find(|name| schema.column_with_name(name).is_some()))
    }

    fn complaint(&self, schema: &Schema) -> Option<Complaint> {
        let path = [self.parameter];
        let Some(column) = self.column(schema) else {
            let message =
                format!("there is no column {}: name the one with the {}", complaints::quoted(self.usual), path[0]);
            return Some(Complaint::input("operator::no_column", "rows", message, format!("no {}", path[0])));
        };
        let fits = |data_type: &DataType| matches!(data_type, DataType::Utf8 | DataType::LargeUtf8);
        complaints::misfit(&path, column, "rows", schema, (fits, "text"))
    }

    fn of<'r>(&self, row: &'r Row) -> Result<&'r str, Fault> {
        let column = self.column(row.batch().schema_ref());
        let text = column.and_then(|column| row.text(column));
        text.ok_or_else(|| Fault::row(format!("`{}` has no text", column.unwrap_or(self.parameter))))
    }
}

impl Squash {
    fn of(self, score: f64) -> f64 {
        match self {
            Self::None => score,
            Self::Sigmoid => 1.0 / (1.0 + (-score).exp()),
        }
    }
}

impl RowOperator for Reward {
    const ROWS: &'static str = "rows";
    type Worker = Reader;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Reader, Fault> {
        Ok(Reader { config: self.clone(), model: model::Reward::open(inputs, "model", context)? })
    }
}

#[async_trait]
impl RowWorker for Reader {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let [prompt, answer] = self.config.texts();
        let score = self.model.score(prompt.of(row)?, answer.of(row)?).await?;
        let score = self.config.squash.of(f64::from(score));
        emit.push("rows", Base::Input, vec![("score".to_owned(), Cell::from(score))]);
        Ok(())
    }
}

engine::operator!(row Reward);

#[cfg(test)]
mod tests {
    use super::Squash;

    #[test]
    fn a_sigmoid_keeps_the_order_and_ends_at_zero_and_one() {
        let squashed = [-1e4, -3.0, 0.0, 3.0, 1e4].map(|score| Squash::Sigmoid.of(score));
        assert_eq!([squashed[0], squashed[2], squashed[4]], [0.0, 0.5, 1.0]);
        assert!(
            (squashed[1] - 0.047_425_873_177_566_78).abs() < 1e-15 && (squashed[1] + squashed[3] - 1.0).abs() < 1e-15
        );
    }
}
