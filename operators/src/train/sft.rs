//! `train.sft`: supervised training on texts.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Known, Need, Operator, Outlook, Outputs, Progress, SettingsKind,
    StepOperator, StepWorker, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Emit;
use models::config::Head;
use models::decoder::LanguageModel;
use models::optimize::Gathered;
use models::train::{Example, Pass, Weighted, supervised};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::base::{Base, Where};
use super::defaults;
use super::forecast::{self, Beside, Training};
use super::learner::Learner;
use super::lessons::{Lesson, Lessons};
use super::lora::{Lora, adapted};
use super::optimizer::{Optimizer, Recompute};
use super::order::Order;
use super::parts::in_parts;
use super::{METRICS, MODEL};
use crate::complaints;
use crate::generate::Format;
use crate::model::{CHECKPOINT, tell_provenance};
use crate::row::identified;

/// Trains a model on texts.
///
/// # What it does
/// Learns what the assistant says in the `messages` of each row, and nothing that others say; or, where `prompt` or
/// `completion` is said or there are no `messages`, the completion of each prompt. Which tokens are the assistant's the
/// model's chat template tells; where it marks nothing, they are what each of the assistant's messages adds, up to and
/// with the token that ends it. What stands there between tags of `unlearned`, such as what came of code that was run, is
/// read and not learned. Rows of more than `max_tokens` tokens are left out and counted.
///
/// The loss is the mean over all learned tokens of a batch: `-Σ w log π / Σ w`, each row's tokens counting `weight`. A
/// batch is computed in parts of like length, which changes the result by rounding alone.
///
/// `metrics` has the `loss`, `gradient_norm`, `rate` and `tokens` of every step, and with `validation` wired the
/// `validation_loss` after every epoch. The trained model has the same numbers in `training/` beside its weights, as JSON
/// lines and for TensorBoard.
///
/// Under a constant rate without warm-up, a training of more steps goes on from one of fewer, and `node@500` in another
/// node's `inputs` is this one after 500 of its `steps`.
///
/// # Why
/// Whatever a policy is to do it must first have seen done: formats, reasoning before code, the answers of a better
/// model.
///
/// # Example
/// ```yaml
/// taught:
///   op: train.sft
///   inputs: {rows: conversations, model: base}
///   with: {rate: 1.0e-5, epochs: 2, batch: 32, optimizer: {schedule: cosine, warmup_ratio: 0.1}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sft {
    /// What the model is asked: Jinja over the columns of a row, or the name of one of our prompts (see
    /// `generate.sample`). Default: the column `prompt`.
    #[serde(default)]
    pub prompt: Option<String>,
    /// What it learns to answer: Jinja over the columns of a row. Default: the column `completion`.
    #[serde(default)]
    pub completion: Option<String>,
    /// What the system says before.
    #[serde(default)]
    pub system: Option<String>,
    /// How the model is spoken to.
    #[serde(default)]
    pub format: Format,
    /// The column that says how much a row's tokens count. Default: all the same.
    #[serde(default)]
    pub weight: Option<String>,
    /// Tags, such as `output`: what an answer has between one of them and its end, tags included, is read and not learned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(regex(pattern = "^[A-Za-z][A-Za-z0-9_-]*$")))]
    pub unlearned: Vec<String>,
    /// The greatest learning rate.
    #[serde(default = "default_rate")]
    #[schemars(range(min = 0.0))]
    pub rate: f64,
    /// How often every row is learned.
    #[serde(default = "defaults::once")]
    #[schemars(range(min = 1))]
    pub epochs: u64,
    /// How many steps are made, in place of `epochs`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub steps: Option<u64>,
    /// How many rows make a step.
    #[serde(default = "default_batch")]
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// How many tokens a row has at most.
    #[serde(default = "defaults::max_tokens")]
    #[schemars(range(min = 2))]
    pub max_tokens: usize,
    /// Trains an adapter in place of the whole model. The result is the model with it; `adapter/` beside the weights has it
    /// by itself, as PEFT loads it.
    #[serde(default)]
    pub lora: Option<Lora>,
    /// How parameters follow their gradients.
    #[serde(default)]
    pub optimizer: Optimizer,
    /// How many tokens are computed at once, padding included.
    #[serde(default = "defaults::part_tokens")]
    #[schemars(range(min = 1))]
    pub part_tokens: usize,
    /// What is computed once more rather than kept in memory.
    #[serde(default)]
    pub recompute: Recompute,
    /// Another number gives another order under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_rate() -> f64 {
    1e-5
}

fn default_batch() -> usize {
    32
}

/// A model on its way through its lessons.
pub struct Student {
    config: Sft,
    learner: Learner<LanguageModel>,
    lessons: Vec<Lesson>,
    validation: Vec<Lesson>,
    order: Order,
    steps: u64,
}

impl Operator for Sft {
    const NAME: &'static str = "train.sft";
    /// 2: what texts begin with alike is computed once, which rounds otherwise. 3: sums have one order on every processor.
    const VERSION: u32 = 3;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("rows", "What is learned.", identified()),
            InputPort::optional("validation", "What is only looked at, after every epoch.", identified()),
            InputPort::one("model", "The model that learns.", PortType::artifact(CHECKPOINT)),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![
            OutputPort::new(MODEL, "The trained model.", OutputType::Is(PortType::artifact(CHECKPOINT))),
            OutputPort::new(METRICS, "What was measured of each step.", OutputType::Is(PortType::rows("Metric")))
                .may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let ports = ["rows", "validation"].into_iter().filter(|port| inputs.contains_key(*port));
        let check = |port| self.lessons().check(complaints::columns(inputs, port).map(AsRef::as_ref));
        let complaints: Vec<Complaint> = ports.flat_map(check).collect();
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        self.lessons().identities()
    }

    fn known(&self, outlook: &Outlook<'_>) -> Known {
        forecast::known(outlook, Head::Language)
    }

    fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        self.training().needs(outlook)
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Where>()
    }
}

impl Sft {
    /// What its room depends on.
    fn training(&self) -> Training<'_> {
        let (lora, recompute) = (self.lora.as_ref(), self.recompute);
        let (tokens, longest) = (self.part_tokens, self.max_tokens);
        let matrices = self.optimizer.matrices();
        Training { head: Head::Language, lora, recompute, matrices, tokens, longest }
    }

    fn lessons(&self) -> Lessons<'_> {
        Lessons {
            prompt: self.prompt.as_deref(),
            completion: self.completion.as_deref(),
            system: self.system.as_deref(),
            weight: self.weight.as_deref(),
            format: self.format,
        }
    }

    /// The lessons of a port.
    fn read(&self, inputs: &Inputs, port: &str, base: &Base, context: &Context) -> Result<Vec<Lesson>, Fault> {
        let most = self.max_tokens.min(base.checkpoint.config().positions);
        let teaching = base.teaching()?.except(&self.unlearned);
        let read = self.lessons().read(inputs.table(port)?, &teaching, most)?;
        read.some(port, most)?;
        if let Some(warning) = read.warning(port, most) {
            context.warn(warning);
        }
        Ok(read.lessons)
    }
}

impl StepOperator for Sft {
    type Worker = Student;

    fn start(&self, inputs: &Inputs, context: &Context) -> Result<Student, Fault> {
        let base = Base::open(inputs, "model", context)?;
        let room = self.training().hold(&base, Beside::default(), context)?;
        let lessons = self.read(inputs, "rows", &base, context)?;
        let validation =
            if inputs.has("validation") { self.read(inputs, "validation", &base, context)? } else { Vec::new() };
        let order = Order::new(lessons.len(), self.batch, self.seed);
        let steps = self.steps.unwrap_or(self.epochs * order.steps());
        let (model, config) = (base.language_model()?, base.checkpoint.config().clone());
        let adapter = self.lora.as_ref().map(|lora| lora.settings(&[]));
        let model = adapted(model, adapter.as_ref(), context.random("adapter", self.seed).next_u64())?;
        let learner = Learner::new(model, base, config, self.optimizer.settings(self.rate, steps))
            .with_adapter(adapter)
            .within(room);
        Ok(Student { config: self.clone(), learner, lessons, validation, order, steps })
    }

    fn steps(&self) -> Option<u64> {
        self.steps
    }

    fn prolonged_by(&self) -> Option<&'static str> {
        (self.steps.is_some() && self.optimizer.is_steady()).then_some("steps")
    }
}

impl Student {
    /// The mean loss over texts that are not learned, by the model as it is.
    fn validation_loss(&self) -> f64 {
        let all: Vec<&Lesson> = self.validation.iter().collect();
        let model = self.learner.frozen();
        weighted(&all, self.config.part_tokens, |part| supervised(&model, part, Pass::Look))
    }
}

impl StepWorker for Student {
    fn step(&mut self, context: &Context, emit: &mut Emit<'_>) -> Result<Progress, Fault> {
        let began = Instant::now();
        let batch = self.order.at(self.learner.steps(), context);
        let batch: Vec<&Lesson> = batch.iter().map(|row| &self.lessons[*row]).collect();
        let mut gathered = Gathered::new();
        let (model, kept) = (self.learner.model(), self.config.recompute.into());
        let loss = weighted(&batch, self.config.part_tokens, |part| {
            supervised(model, part, Pass::Learn { kept, gathered: &mut gathered })
        });
        let tokens: usize = batch.iter().map(|lesson| lesson.example.count()).sum();
        let read: usize = batch.iter().map(|lesson| lesson.example.tokens.len()).sum();
        let stepped = self.learner.step(gathered)?;
        let step = self.learner.steps();
        let numbers =
            [("loss", loss), ("gradient_norm", stepped.norm), ("rate", stepped.rate), ("tokens", tokens as f64)];
        self.learner.log.tell(step, numbers, context, emit);
        if !self.validation.is_empty() && step.is_multiple_of(self.order.steps()) {
            let loss = self.validation_loss();
            self.learner.log.tell(step, [("validation_loss", loss)], context, emit);
        }
        context.count("trained tokens", read as f64);
        context.count("seconds of training", began.elapsed().as_secs_f64());
        Ok(if step >= self.steps { Progress::Done } else { Progress::More })
    }

    fn save(&self, folder: &Path) -> Result<(), Fault> {
        self.learner.save(folder)
    }

    fn restore(&mut self, folder: &Path) -> Result<(), Fault> {
        self.learner.restore(folder)
    }

    fn finish(self: Box<Self>, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let folder = outputs.artifact(MODEL)?;
        self.learner.write(&folder)?;
        tell_provenance(&self.config, context, &folder)
    }
}

/// The sum of `value` over the parts of a batch.
fn weighted(batch: &[&Lesson], part_tokens: usize, mut value: impl FnMut(Weighted<'_>) -> f64) -> f64 {
    let total = batch.iter().map(|lesson| f64::from(lesson.weight) * lesson.example.count() as f64).sum();
    let parts = in_parts(batch, part_tokens, |lesson| lesson.example.tokens.len());
    let values = parts.into_iter().map(|part| {
        let examples: Vec<&Example> = part.iter().map(|lesson| &lesson.example).collect();
        let weights: Vec<f32> = part.iter().map(|lesson| lesson.weight).collect();
        value(Weighted { examples: &examples, weights: &weights, total })
    });
    values.sum()
}

engine::operator!(step Sft);
