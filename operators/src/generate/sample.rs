//! `generate.sample`: completions for each row.

mod columns;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Base, Emit, Row};
use models::generate::{Completion, Request, Sampling};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Example;
use super::parse::{Parse, Parser};
use super::prompt::{Asking, Wording};
use crate::complaints;
use crate::model::{Model, Placing, generator_port};
use crate::row::identified;

/// Lets a model answer each row, once or several times.
///
/// # What it does
/// Makes a prompt of each row by `prompt`, Jinja over the row's columns, and gives `samples` rows with the model's
/// answers in `completion`. A name that is no column is a fault of the manifest, found before anything runs.
///
/// The answers have the row's columns, and beside them:
///
/// - `prompt`, what was asked; `messages`, the whole conversation with the answer; `completion`, the answer, with
///   `prefill` before it.
/// - `problem_id`: what it answers, the row's own `problem_id` or else its `id`. `sample`: its number.
/// - `finish`: `end` or `stop` where the model was done, `length` where it was cut at `max_tokens`, `refused` where an
///   endpoint did not go on. `prompt_tokens` and `completion_tokens`, where the model tells them; of a
///   row's samples the first has the prompt's, which is read once.
/// - `log_probabilities` of its tokens, where these are asked for.
/// - the columns of `parse`. An answer that lacks any of them goes to `unparsed` instead, with the `reason`.
///
/// `format: chat` puts `system`, `examples` and the prompt into the model's own chat template. `format: text` puts them
/// one behind the other, for models that were trained on text alone.
///
/// A sample depends on the seed, the row and its own number alone: more `samples` only add to those that are there, and
/// an endpoint is not asked again for what it answered.
///
/// # Why
/// Sampling is where pipelines spend their money. Every row that was answered is kept as soon as it is, whatever
/// happens to the others, and a format that a model does not keep is counted, not lost.
///
/// # Example
/// ```yaml
/// answers:
///   op: generate.sample
///   inputs: {rows: problems, model: policy}
///   with:
///     prompt: recode
///     samples: 8
///     temperature: 0.8
///     parse: {tags: {reasoning: think, answer: answer}, block: {code: answer}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What a row is asked: Jinja over its columns, or the name of one of our prompts: `recode` (reasoning between
    /// `<think>` tags, the program between `<answer>` tags), `recode-math` (the same with an answer in a box), `solve` (a
    /// block of code).
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// The system's message.
    #[serde(default)]
    pub system: Option<String>,
    /// Exchanges before the prompt that show how it is done (few-shot).
    #[serde(default)]
    pub examples: Vec<Example>,
    /// What every answer begins with.
    #[serde(default)]
    pub prefill: Option<String>,
    /// How the model is spoken to.
    #[serde(default)]
    pub format: Format,
    /// How many answers a row gets.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100_000))]
    pub samples: u64,
    /// Divides the logits before a token is drawn; 0 always takes the likeliest token.
    #[serde(default = "unchanged")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub temperature: f32,
    /// How many of the likeliest tokens are drawn from.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub top_k: Option<usize>,
    /// The likeliest tokens are drawn from that reach this probability together.
    #[serde(default = "unchanged")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub top_p: f32,
    /// Tokens are drawn that are at least this times as likely as the likeliest.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_p: f32,
    /// Makes tokens that occurred before less likely where it is above 1.
    #[serde(default = "unchanged")]
    #[schemars(range(min = 0.01, max = 100.0))]
    pub repetition_penalty: f32,
    /// How many tokens an answer has at most.
    #[serde(default = "default_max_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
    /// Texts that end an answer, and do not stand in it.
    #[serde(default)]
    pub stop: Vec<String>,
    /// Whether to keep how likely each token was.
    #[serde(default)]
    pub log_probabilities: bool,
    /// What of an answer becomes columns.
    #[serde(default)]
    pub parse: Parse,
    /// Another number gives other answers under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// How a model is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// In its own chat template.
    #[default]
    Chat,
    /// As plain text that it goes on with.
    Text,
}

fn one() -> u64 {
    1
}

fn unchanged() -> f32 {
    1.0
}

fn default_max_tokens() -> usize {
    2048
}

/// The prompt, the model, and what of its answers counts.
pub struct Sampler {
    config: Sample,
    asking: Asking,
    parser: Parser,
    model: Arc<Model>,
}

impl Operator for Sample {
    const NAME: &'static str = "generate.sample";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("rows", "The rows that are asked about.", identified()),
            generator_port("model", "The model that answers."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Completion`, with the other columns of `rows` and those of `parse`.";
        let unparsed = "`Completion`, with the other columns of `rows` and a `reason`.";
        vec![
            OutputPort::new("completions", "The answers.", OutputType::Derived(gives)),
            OutputPort::new("unparsed", "Answers that lack what `parse` asks for.", OutputType::Derived(unparsed))
                .may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "rows").map(AsRef::as_ref);
        let mut complaints = Asking::check(&self.prompt, schema, None);
        complaints.extend(self.parse.check());
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let rows = complaints::port_type(inputs, "rows");
        let types = rows.map(|rows| columns::types(self, &rows));
        let (completions, unparsed) = types.unzip();
        Ok([("completions".to_owned(), completions), ("unparsed".to_owned(), unparsed)].into())
    }

    fn warnings(&self, _inputs: &InputTypes) -> Vec<Complaint> {
        let same = self.samples > 1 && self.temperature == 0.0;
        let message = format!("{} samples at temperature 0 are all the same", self.samples);
        let warning = || Complaint::parameter("operator::parameters", &["samples"], message, "one would do");
        same.then(warning).into_iter().collect()
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(&self.prompt)
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl Sample {
    fn request(&self, asking: &Asking, asked: &super::prompt::Asked, seed: u64) -> Request {
        Request {
            samples: 0..self.samples,
            sampling: Sampling {
                repetition_penalty: self.repetition_penalty,
                temperature: self.temperature,
                top_k: self.top_k,
                top_p: self.top_p,
                min_p: self.min_p,
            },
            seed,
            stop: self.stop.clone(),
            max_tokens: Some(self.max_tokens),
            log_probabilities: self.log_probabilities,
            ..Request::new(asking.prompt(asked, self.format))
        }
    }
}

impl RowOperator for Sample {
    const ROWS: &'static str = "rows";
    /// Few enough that those who read the answers begin early.
    const PART_ROWS: usize = 256;
    type Worker = Sampler;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Sampler, Fault> {
        let asking = Asking::new(&self.prompt, None)?;
        Ok(Sampler {
            config: self.clone(),
            asking: asking.around(self.system.as_deref(), &self.examples, self.prefill.as_deref()),
            parser: self.parse.parser().map_err(Fault::node)?,
            model: Model::open(inputs, "model", context)?,
        })
    }
}

#[async_trait]
impl RowWorker for Sampler {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let asked = self.asking.of(row)?;
        let seed = context.random(row.id(), self.config.seed).next_u64();
        let request = self.config.request(&self.asking, &asked, seed);
        let answers = self.model.answer(request, context).await?;
        for (answer, sample) in answers.into_iter().zip(0..) {
            let answer = Completion { text: format!("{}{}", self.asking.prefill(), answer.text), ..answer };
            let mut cells = columns::cells(&self.config, &asked, &answer, row, sample);
            cells.push(("id".to_owned(), context.child_id([row.id()], sample).into()));
            match self.parser.parts(&answer.text) {
                Ok(parts) => {
                    cells.extend(parts);
                    emit.push("completions", Base::Input, cells);
                }
                Err(reason) => {
                    cells.push(("reason".to_owned(), columns::reason(reason, &answer).into()));
                    emit.push("unparsed", Base::Input, cells);
                }
            }
        }
        Ok(())
    }
}

engine::operator!(row Sample);
