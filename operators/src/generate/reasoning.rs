//! `generate.reasoning`: reasoning about problems, without programs.

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Cell, Emit, Row};
use models::generate::Completion;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::prompt::{Asking, Wording};
use super::writer::{Manner, Writer, whole};
use crate::complaints;
use crate::model::{Model, Placing, generator_port};
use crate::row::with_columns;

/// Lets a model reason about problems, without solving them.
///
/// # What it does
/// Asks a model to think each problem through and to write no program, and gives the problem's row on with the answer in
/// `reasoning`; `problem_id` is the row's own, or else its `id`, and `sample` the answer's number.
///
/// An answer that was cut, that is empty, or that has a block of code in a programming language goes to `unparsed`
/// instead, as `completion` with the `reason`; `table.group` counts these by it.
///
/// # Why
/// What a reward model of reasoning learns from has to be reasoning alone: with a program beside it, the model would
/// learn to look at the program (ReCode, <https://arxiv.org/abs/2508.05170>, section 3.1).
///
/// # Example
/// ```yaml
/// reasoning: {op: generate.reasoning, inputs: {problems: problems, model: writer}, run: {concurrency: 64}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reasoning {
    /// What is asked: Jinja over the problem's columns, or the name of one of our prompts.
    #[serde(default = "default_prompt")]
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// How many answers a problem gets.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100_000))]
    pub samples: u64,
    /// Divides the logits before a token is drawn; 0 always takes the likeliest token.
    #[serde(default = "default_temperature")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub temperature: f32,
    /// The likeliest tokens are drawn from that reach this probability together.
    #[serde(default = "all")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub top_p: f32,
    /// How many tokens an answer has at most.
    #[serde(default = "default_max_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
    /// Another number gives other answers under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_prompt() -> String {
    "reasoning".to_owned()
}

fn one() -> u64 {
    1
}

fn default_temperature() -> f32 {
    0.7
}

fn all() -> f32 {
    1.0
}

fn default_max_tokens() -> usize {
    4096
}

/// Words behind a fence that say that a program follows.
const LANGUAGES: [&str; 9] = ["python", "python3", "py", "c", "c++", "cpp", "java", "javascript", "rust"];

/// Asks for reasoning.
pub struct Thinker {
    samples: u64,
    writer: Writer,
}

impl Operator for Reasoning {
    const NAME: &'static str = "generate.reasoning";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let fields = ["id", "statement"].map(|name| Field::new(name, DataType::Utf8, false));
        let problems = PortType::Columns(Schema::new(fields.to_vec()).into());
        vec![
            InputPort::one("problems", "What is reasoned about.", problems),
            generator_port("model", "The model that reasons."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "As `problems`, with `reasoning`, `problem_id` and `sample`.";
        let unparsed = "As `problems`, with the `completion`, `problem_id`, `sample` and a `reason`.";
        vec![
            OutputPort::new("reasoning", "The problems with reasoning.", OutputType::Derived(gives)),
            OutputPort::new("unparsed", "Answers that are no reasoning.", OutputType::Derived(unparsed)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints = Asking::check(&self.prompt, complaints::columns(inputs, "problems").map(AsRef::as_ref), None);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let with = |texts: &[&str]| {
            let texts = texts.iter().map(|name| Field::new(*name, DataType::Utf8, false));
            let fields = texts.chain([Field::new("sample", DataType::Int64, false)]).collect();
            complaints::port_type(inputs, "problems").map(|problems| with_columns(&problems, fields))
        };
        let (reasoning, unparsed) = (with(&["problem_id", "reasoning"]), with(&["problem_id", "completion", "reason"]));
        Ok([("reasoning".to_owned(), reasoning), ("unparsed".to_owned(), unparsed)].into())
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(&self.prompt)
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl RowOperator for Reasoning {
    const ROWS: &'static str = "problems";
    /// Few enough that those who read the answers begin early.
    const PART_ROWS: usize = 256;
    type Worker = Thinker;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Thinker, Fault> {
        let Self { temperature, top_p, max_tokens, seed, .. } = *self;
        let manner = Manner { temperature, top_p, max_tokens, seed };
        let writer = Writer::new(&self.prompt, manner, Model::open(inputs, "model", context)?)?;
        Ok(Thinker { samples: self.samples, writer })
    }
}

#[async_trait]
impl RowWorker for Thinker {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let answers = self.writer.write(row, "", self.samples, context).await?;
        for (sample, answer) in answers.iter().enumerate() {
            let problem = row.text("problem_id").unwrap_or_else(|| row.id());
            let number = i64::try_from(sample).unwrap_or(i64::MAX);
            let mut cells: Vec<(&str, Cell)> = vec![
                ("id", context.child_id([row.id()], sample as u64).into()),
                ("problem_id", problem.into()),
                ("sample", number.into()),
            ];
            let port = match reasoning(answer) {
                Ok(reasoning) => {
                    cells.push(("reasoning", reasoning.into()));
                    "reasoning"
                }
                Err(reason) => {
                    cells.extend([("completion", answer.text.as_str().into()), ("reason", reason.into())]);
                    "unparsed"
                }
            };
            emit.push(port, Base::Input, cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect());
        }
        Ok(())
    }
}

/// The reasoning that an answer is, or why it is none.
fn reasoning(answer: &Completion) -> Result<&str, String> {
    let text = whole(answer)?;
    let is_program = |line: &str| {
        let language = line.trim_start().strip_prefix("```").unwrap_or_default().trim().to_lowercase();
        LANGUAGES.contains(&language.as_str())
    };
    match text {
        "" => Err("the answer is empty".to_owned()),
        text if text.lines().any(is_program) => Err("the answer has a block of code".to_owned()),
        text => Ok(text),
    }
}

engine::operator!(row Reasoning);
