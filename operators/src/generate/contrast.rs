//! `generate.contrast`: better and worse versions of reasoning.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Cell, Emit, Row};
use futures_util::future::try_join;
use models::generate::Completion;
use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parse::sections::{self, Sections};
use super::prompt::{Asking, Wording};
use super::writer::{Manner, Writer, whole};
use crate::complaints;
use crate::model::{Model, Placing, generator_port};
use crate::row::with_columns;

/// Lets a model write a better and a worse version of reasoning.
///
/// # What it does
/// Asks a model twice for each row: to improve its `reasoning`, and to spoil it, each in one or more of five ways (facts,
/// focus, completeness, gaps, order). Both answers have two sections, `[Optimized CoT]` or `[Degraded CoT]`, and
/// `[Explanation]`; headings are found whatever their case and whatever Markdown is around them.
///
/// The row goes on as a `Contrast`: `base` is its reasoning, `optimized` and `degraded` the versions, with
/// `optimized_explanation` and `degraded_explanation`. A version that was cut or lacks a section is null, and its answer
/// stands in `unparsed` with the `level` and the `reason`; `table.group` counts these. A row without either version only
/// stands there.
///
/// # Why
/// Two texts of which one was made worse on purpose are a preference that nobody has to label, and the five ways are what
/// reasoning mostly fails at (ReCode, <https://arxiv.org/abs/2508.05170>, section 3.1). `synthesize.contrast_rules` does
/// the same by rules, for pipelines that are tried without a model.
///
/// # Example
/// ```yaml
/// contrast: {op: generate.contrast, inputs: {reasoning: reasoning, model: writer}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contrast {
    /// What is asked for the better version: Jinja over the row's columns, or the name of one of our prompts.
    #[serde(default = "default_optimize")]
    #[schemars(length(min = 1))]
    pub optimize: String,
    /// What is asked for the worse version.
    #[serde(default = "default_degrade")]
    #[schemars(length(min = 1))]
    pub degrade: String,
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

fn default_optimize() -> String {
    "optimize".to_owned()
}

fn default_degrade() -> String {
    "degrade".to_owned()
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

/// The section that holds a version: its column, its name, and the name as an expression.
type Level = (&'static str, &'static str, &'static str);

const OPTIMIZED: Level = ("optimized", "Optimized CoT", "optimi[sz]ed cot");
const DEGRADED: Level = ("degraded", "Degraded CoT", "degraded cot");

/// Asks for both versions.
pub struct Reviser {
    optimize: Version,
    degrade: Version,
}

/// Asks for one.
struct Version {
    level: Level,
    heading: Regex,
    writer: Writer,
}

impl Operator for Contrast {
    const NAME: &'static str = "generate.contrast";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let fields = ["id", "statement", "reasoning"].map(|name| Field::new(name, DataType::Utf8, false));
        let reasoning = PortType::Columns(Schema::new(fields.to_vec()).into());
        vec![
            InputPort::one("reasoning", "Reasoning about problems.", reasoning),
            generator_port("model", "The model that writes the versions."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Contrast`, with the explanations and the other columns of `reasoning`.";
        let unparsed = "As `reasoning`, with `problem_id`, the `level`, the `completion` and a `reason`.";
        vec![
            OutputPort::new("rows", "The reasoning with its versions.", OutputType::Derived(gives)),
            OutputPort::new("unparsed", "Answers without a version.", OutputType::Derived(unparsed)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "reasoning").map(AsRef::as_ref);
        let check = |parameter: &str, prompt| {
            let complaints = Asking::check(prompt, schema, None).into_iter();
            complaints.map(|complaint| complaints::moved(complaint, &[parameter])).collect::<Vec<_>>()
        };
        let complaints = [check("optimize", &self.optimize), check("degrade", &self.degrade)].concat();
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let text = |name: &str, is_nullable| Field::new(name, DataType::Utf8, is_nullable);
        let explained = ["optimized_explanation", "degraded_explanation"].map(|name| text(name, true)).to_vec();
        let failed = ["problem_id", "level", "completion", "reason"].map(|name| text(name, false)).to_vec();
        let (rows, unparsed) = complaints::port_type(inputs, "reasoning")
            .map(|given| {
                (with_columns(&PortType::rows("Contrast").over(&given), explained), with_columns(&given, failed))
            })
            .unzip();
        Ok([("rows".to_owned(), rows), ("unparsed".to_owned(), unparsed)].into())
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        let named = [("optimize", &self.optimize), ("degrade", &self.degrade)];
        let identity = |(parameter, prompt): (&str, &String)| {
            let identities = Wording::identities(prompt).into_values();
            identities.map(|digest| (parameter.to_owned(), digest)).collect::<Vec<_>>()
        };
        named.into_iter().flat_map(identity).collect()
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl RowOperator for Contrast {
    const ROWS: &'static str = "reasoning";
    /// Few enough that those who read the answers begin early.
    const PART_ROWS: usize = 256;
    type Worker = Reviser;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Reviser, Fault> {
        let model = Model::open(inputs, "model", context)?;
        Ok(Reviser {
            optimize: self.version(OPTIMIZED, &self.optimize, model.clone())?,
            degrade: self.version(DEGRADED, &self.degrade, model)?,
        })
    }
}

impl Contrast {
    fn version(&self, level: Level, prompt: &str, model: Arc<Model>) -> Result<Version, Fault> {
        let Self { temperature, top_p, max_tokens, seed, .. } = *self;
        let writer = Writer::new(prompt, Manner { temperature, top_p, max_tokens, seed }, model)?;
        Ok(Version { level, heading: sections::first(level.2), writer })
    }
}

#[async_trait]
impl RowWorker for Reviser {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let (better, worse) = try_join(self.optimize.write(row, context), self.degrade.write(row, context)).await?;
        let problem = row.text("problem_id").unwrap_or_else(|| row.id());
        let mut cells: Vec<(&str, Cell)> = vec![("problem_id", problem.into()), ("base", row.cell("reasoning"))];
        let mut versions = 0;
        for (number, (version, answer)) in [(&self.optimize, &better), (&self.degrade, &worse)].into_iter().enumerate()
        {
            let (level, ..) = version.level;
            match version.sections(answer) {
                Ok(Sections { text, explanation }) => {
                    versions += 1;
                    cells.extend([(level, text.into()), (explanation_of(level), explanation.into())]);
                }
                Err(reason) => {
                    cells.extend([(level, Cell::Null), (explanation_of(level), Cell::Null)]);
                    let failed: [(&str, Cell); 5] = [
                        ("id", context.child_id([row.id()], number as u64).into()),
                        ("problem_id", problem.into()),
                        ("level", level.into()),
                        ("completion", answer.text.as_str().into()),
                        ("reason", reason.into()),
                    ];
                    emit.keep_with("unparsed", failed);
                }
            }
        }
        if versions > 0 {
            emit.push("rows", Base::Input, cells.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect());
        }
        Ok(())
    }
}

impl Version {
    async fn write(&self, row: &Row, context: &Context) -> Result<Completion, Fault> {
        let mut answers = self.writer.write(row, self.level.0, 1, context).await?;
        answers.pop().ok_or_else(|| Fault::row("the model gave no answer"))
    }

    fn sections(&self, answer: &Completion) -> Result<Sections, String> {
        sections::parse(whole(answer)?, &self.heading, self.level.1)
    }
}

fn explanation_of(level: &str) -> &'static str {
    if level == OPTIMIZED.0 { "optimized_explanation" } else { "degraded_explanation" }
}

engine::operator!(row Contrast);
