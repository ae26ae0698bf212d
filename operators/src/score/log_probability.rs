//! `score.log_probability`: how likely a model finds what was answered.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Cell, Emit, Row};
use models::generate::{Continuation, Passage, Scores};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complaints;
use crate::generate::Format;
use crate::generate::prompt::Asking;
use crate::model::{CHECKPOINT, Model, Placing};
use crate::row::{holds_messages, identified, list, said, with_columns};

/// Tells how likely a model finds each row's answer.
///
/// # What it does
/// Reads the prompt and the answer of each row with a model, and adds, of the answer's tokens:
///
/// - `log_probability`, the sum of the natural logarithms of their probabilities, and `mean_log_probability`, which does
///   not depend on the length;
/// - `entropy`, the mean entropy of the distributions that they stand in;
/// - `tokens`, how many there are; with `per_token` also the lists `token_log_probabilities` and `token_entropies`.
///
/// With `format: chat` the prompt is put into the model's chat template as what the user says; `system` is said before
/// it. Where the rows have `messages`, name that column as `messages`, and all but the last of them are the prompt. With
/// `format: text` the answer follows the prompt as it is. What ends a text in the model's training is no part of it.
///
/// # Why
/// Perplexity filters, confidence as a score to rank by, and what a reference policy thinks of another's answers.
///
/// # Example
/// ```yaml
/// likely:
///   op: score.log_probability
///   inputs: {rows: answers, model: base}
///   with: {messages: messages}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogProbability {
    /// The column with the prompt.
    #[serde(default = "default_prompt")]
    pub prompt: String,
    /// The column with the answer.
    #[serde(default = "default_completion")]
    pub completion: String,
    /// The column with a conversation whose last message is the answer, in place of `prompt` and `completion`.
    #[serde(default)]
    pub messages: Option<String>,
    /// What the system says before the prompt.
    #[serde(default)]
    pub system: Option<String>,
    /// How the model is spoken to.
    #[serde(default)]
    pub format: Format,
    /// Whether to keep the numbers of each token.
    #[serde(default)]
    pub per_token: bool,
}

fn default_prompt() -> String {
    "prompt".to_owned()
}

fn default_completion() -> String {
    "completion".to_owned()
}

/// The columns that hold the texts, and the model that reads them.
pub struct Reader {
    config: LogProbability,
    model: Arc<Model>,
}

impl Operator for LogProbability {
    const NAME: &'static str = "score.log_probability";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("rows", "The rows with prompts and answers.", identified()),
            InputPort::one("model", "The model that reads them.", PortType::artifact(CHECKPOINT)),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "As `rows`, with `log_probability`, `mean_log_probability`, `entropy` and `tokens`.";
        vec![OutputPort::new("rows", "The rows with their likelihoods.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints: Vec<_> =
            complaints::columns(inputs, "rows").into_iter().flat_map(|schema| self.misnamed(schema)).collect();
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let rows = complaints::port_type(inputs, "rows").map(|rows| self.port_type(&rows));
        Ok([("rows".to_owned(), rows)].into())
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl LogProbability {
    fn misnamed(&self, schema: &Schema) -> Vec<Complaint> {
        let texts = [("prompt", &self.prompt), ("completion", &self.completion)];
        let named: Vec<(&str, &String)> = match &self.messages {
            Some(messages) => vec![("messages", messages)],
            None => texts.into(),
        };
        let is_text: fn(&DataType) -> bool = |own| matches!(own, DataType::Utf8 | DataType::LargeUtf8);
        let wrong = named.into_iter().filter_map(|(parameter, column)| {
            let wanted = match parameter {
                "messages" => (holds_messages as fn(&DataType) -> bool, "a list of messages"),
                _ => (is_text, "text"),
            };
            complaints::misfit(&[parameter], column, "rows", schema, wanted)
        });
        wrong.collect()
    }

    fn port_type(&self, rows: &PortType) -> PortType {
        let number = |name: &str| Field::new(name, DataType::Float64, false);
        let mut fields = vec![number("log_probability"), number("mean_log_probability"), number("entropy")];
        fields.push(Field::new("tokens", DataType::Int64, false));
        if self.per_token {
            let numbers = |name: &str| Field::new(name, list(DataType::Float64), false);
            fields.extend([numbers("token_log_probabilities"), numbers("token_entropies")]);
        }
        with_columns(rows, fields)
    }

    /// A row's prompt and answer.
    fn passage(&self, row: &Row) -> Result<Passage, Fault> {
        let text = |column: &str| {
            row.text(column).map(str::to_owned).ok_or_else(|| Fault::row(format!("`{column}` has no text")))
        };
        let (prompt, answer) = match &self.messages {
            Some(column) => {
                let mut said = said(&row.cell(column));
                let (_, answer) = said.pop().ok_or_else(|| Fault::row(format!("`{column}` has no message")))?;
                (said, answer)
            }
            None => (vec![("user".to_owned(), text(&self.prompt)?)], text(&self.completion)?),
        };
        let system = self.system.iter().map(|system| ("system".to_owned(), system.clone()));
        let said: Vec<(String, String)> = system.chain(prompt).collect();
        let prompt = Asking::said(&said, self.format);
        Ok(Passage { prompt, continuation: Continuation::Text(answer) })
    }

    fn cells(&self, scores: &Scores) -> Vec<(String, Cell)> {
        let numbers = |values: &[f32]| values.iter().map(|value| f64::from(*value)).collect::<Vec<f64>>();
        let (likely, entropies) = (numbers(&scores.log_probabilities), numbers(&scores.entropies));
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let mut cells: Vec<(&str, Cell)> = vec![
            ("log_probability", likely.iter().sum::<f64>().into()),
            ("mean_log_probability", mean(&likely).into()),
            ("entropy", mean(&entropies).into()),
            ("tokens", (scores.tokens.len() as i64).into()),
        ];
        if self.per_token {
            cells.extend([("token_log_probabilities", likely.into()), ("token_entropies", entropies.into())]);
        }
        cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect()
    }
}

impl RowOperator for LogProbability {
    const ROWS: &'static str = "rows";
    type Worker = Reader;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Reader, Fault> {
        Ok(Reader { config: self.clone(), model: Model::open(inputs, "model", context)? })
    }
}

#[async_trait]
impl RowWorker for Reader {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let passage = self.config.passage(row)?;
        if passage.continuation == Continuation::Text(String::new()) {
            return Err(Fault::row("the answer is empty"));
        }
        let scores = self.model.score(passage, context).await?;
        emit.push("rows", Base::Input, self.config.cells(&scores));
        Ok(())
    }
}

engine::operator!(row LogProbability);
