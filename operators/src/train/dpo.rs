//! `train.dpo`: direct preference optimization, over whole answers or single steps.

mod worker;

use std::collections::BTreeMap;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Known, Need, Operator, Outlook, SettingsKind, StepOperator,
    declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Row;
use models::config::Head;
use models::generate::Prompt;
use models::objective::PreferenceObjective;
use models::train::{Closing, Compared, Example, Teaching};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::worker::Improver;
use super::base::{Base, Where};
use super::defaults;
use super::forecast::{self, Beside, Training, beside};
use super::learner::Learner;
use super::lora::{Lora, adapted};
use super::optimizer::{Optimizer, Recompute};
use super::order::Order;
use super::pairs::{Pair, Read};
use super::{METRICS, MODEL};
use crate::complaints;
use crate::generate::Format;
use crate::generate::prompt::{Asking, Wording};
use crate::model::CHECKPOINT;

/// Makes better answers likelier than worse ones.
///
/// # What it does
/// Trains a model on pairs of answers by direct preference optimization (DPO, <https://arxiv.org/abs/2305.18290>): what a
/// better answer gains in likelihood over `reference` is to be more than what the worse one gains. Without `reference`
/// wired, that is the model as it began.
///
/// With `per: step` (Step-DPO, <https://arxiv.org/abs/2406.18629>) `chosen` and `rejected` are one step each, after the
/// prompt and the steps in the column `prefix`; nothing is added behind a step, since more follows.
///
/// `metrics` has of every step the `loss`; the `accuracy`, which is the part of pairs whose better answer gained more; the
/// `margin` by which it did, with `chosen_reward` and `rejected_reward`, all three times `beta`; and with `validation`
/// wired the loss and accuracy there after every epoch.
///
/// Under a constant rate without warm-up, a training of more steps goes on from one of fewer, and `node@500` in another
/// node's `inputs` is this one after 500 of its `steps`.
///
/// # Why
/// Preferences are learned without a reward model and without sampling, and of a step that was found wrong no more is
/// unlearned than that step.
///
/// # Example
/// ```yaml
/// policy:
///   op: train.dpo
///   inputs: {pairs: pairs, model: current}
///   with: {per: step, prefix: prefix, beta: 0.5, rate: 5.0e-7, batch: 128}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dpo {
    /// Whether answers are compared whole or by a step.
    #[serde(default)]
    pub per: Per,
    /// What the model is asked: Jinja over the columns of a row, or the name of one of our prompts (see
    /// `generate.sample`). Default: the column `prompt`.
    #[serde(default)]
    pub prompt: Option<String>,
    /// The column with what the answer begins with in both cases.
    #[serde(default)]
    pub prefix: Option<String>,
    /// What the system says before.
    #[serde(default)]
    pub system: Option<String>,
    /// How the model is spoken to.
    #[serde(default)]
    pub format: Format,
    /// Tags, such as `output`: what an answer has between one of them and its end, tags included, is read and not learned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(regex(pattern = "^[A-Za-z][A-Za-z0-9_-]*$")))]
    pub unlearned: Vec<String>,
    /// The loss of a pair.
    #[serde(default)]
    pub loss: Loss,
    /// How much a difference of log-probabilities counts.
    #[serde(default = "default_beta")]
    #[schemars(range(min = 0.0))]
    pub beta: f32,
    /// Which part of the pairs may be the wrong way round: for `conservative` and `robust`.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 0.499))]
    pub flipped: f32,
    /// How much is added of the better answer's own negative log-likelihood, the mean over its tokens
    /// (<https://arxiv.org/abs/2404.19733>, equation 1): it keeps this answer from becoming less likely together with the
    /// worse one, above all over several rounds. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub imitation: Option<f32>,
    /// The greatest learning rate.
    #[serde(default = "default_rate")]
    #[schemars(range(min = 0.0))]
    pub rate: f64,
    /// How often every pair is learned.
    #[serde(default = "defaults::once")]
    #[schemars(range(min = 1))]
    pub epochs: u64,
    /// How many steps are made, in place of `epochs`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub steps: Option<u64>,
    /// How many pairs make a step.
    #[serde(default = "default_batch")]
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// How many tokens a text has at most, prompt included.
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

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Whole answers: that they end is part of them.
    #[default]
    Sequence,
    /// A step each, after which more follows.
    Step,
}

/// The loss of a pair, `δ` being what the better answer gained more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// `-log σ(β δ)`.
    #[default]
    Sigmoid,
    /// `(δ' - 1 / 2β)²`, of means over tokens (<https://arxiv.org/abs/2310.12036>).
    Ipo,
    /// Some pairs may be the wrong way round (<https://ericmitchell.ai/cdpo.pdf>).
    Conservative,
    /// The same without a bias (<https://arxiv.org/abs/2403.00409>).
    Robust,
}

fn default_beta() -> f32 {
    0.1
}

fn default_rate() -> f64 {
    5e-7
}

fn default_batch() -> usize {
    128
}

impl Operator for Dpo {
    const NAME: &'static str = "train.dpo";
    /// 2: what texts begin with alike is computed once, which rounds otherwise. 3: sums have one order on every processor.
    const VERSION: u32 = 3;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let pairs = || PortType::rows("Preference");
        vec![
            InputPort::one("pairs", "What is learned.", pairs()),
            InputPort::optional("validation", "What is only looked at, after every epoch.", pairs()),
            InputPort::one("model", "The model that learns.", PortType::artifact(CHECKPOINT)),
            InputPort::optional("reference", "What it is compared with.", PortType::artifact(CHECKPOINT)),
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
        let mut complaints = Vec::new();
        for port in ["pairs", "validation"].into_iter().filter(|port| inputs.contains_key(*port)) {
            let schema = complaints::columns(inputs, port);
            complaints.extend(Asking::check(self.prompt(), schema.map(AsRef::as_ref), None));
            if let (Some(schema), Some(prefix)) = (schema, &self.prefix)
                && schema.field_with_name(prefix).is_err()
            {
                complaints.push(complaints::unknown_column(&["prefix"], prefix, port, schema));
            }
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(self.prompt())
    }

    fn known(&self, outlook: &Outlook<'_>) -> Known {
        forecast::known(outlook, Head::Language)
    }

    fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        let port = if outlook.inputs.contains_key("reference") { "reference" } else { "model" };
        let reference = beside(outlook, port, "the reference");
        self.training().needs(outlook).into_iter().chain(reference).collect()
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Where>()
    }
}

impl Dpo {
    /// What its room depends on.
    fn training(&self) -> Training<'_> {
        let (lora, recompute) = (self.lora.as_ref(), self.recompute);
        let (tokens, longest) = (self.part_tokens, self.max_tokens);
        let matrices = self.optimizer.matrices();
        Training { head: Head::Language, lora, recompute, matrices, tokens, longest }
    }

    fn prompt(&self) -> &str {
        self.prompt.as_deref().unwrap_or("{{ prompt }}")
    }

    fn compared<'a>(&self, reference: &'a [f32]) -> Compared<'a> {
        let Self { beta, flipped, imitation, .. } = *self;
        let objective = match self.loss {
            Loss::Sigmoid => PreferenceObjective::Sigmoid { beta },
            Loss::Ipo => PreferenceObjective::Ipo { beta },
            Loss::Conservative => PreferenceObjective::Conservative { beta, flipped },
            Loss::Robust => PreferenceObjective::Robust { beta, flipped },
        };
        Compared { reference, objective, imitation: imitation.unwrap_or(0.0) }
    }

    /// The pairs of a port.
    fn read(&self, inputs: &Inputs, port: &str, base: &Base, context: &Context) -> Result<Vec<Pair>, Fault> {
        let most = self.max_tokens.min(base.checkpoint.config().positions);
        let teaching = base.teaching()?.except(&self.unlearned);
        let asking = Asking::new(self.prompt(), None)?;
        let read = Read::of(inputs.table(port)?, most, |row| {
            let prefix = self.prefix.as_ref().and_then(|column| row.text(column)).filter(|prefix| !prefix.is_empty());
            let asking = asking.clone().around(self.system.as_deref(), &[], prefix);
            let prompt = asking.prompt(&asking.of(row)?, self.format);
            let [chosen, rejected] = ["chosen", "rejected"].map(|column| self.example(&teaching, &prompt, row, column));
            Ok(Pair { chosen: chosen?, rejected: rejected?, margin: 0.0 })
        });
        read?.some(port, most, |warning| context.warn(warning))
    }

    fn example(&self, teaching: &Teaching, prompt: &Prompt, row: &Row, column: &str) -> Result<Example, Fault> {
        let closing = match self.per {
            Per::Sequence => Closing::Ended,
            Per::Step => Closing::Open,
        };
        let text = row.text(column).unwrap_or_default();
        teaching.answer(prompt, text, closing).map_err(|error| Fault::node(error.to_string()))
    }
}

impl StepOperator for Dpo {
    type Worker = Improver;

    fn start(&self, inputs: &Inputs, context: &Context) -> Result<Improver, Fault> {
        let base = Base::open(inputs, "model", context)?;
        let room = self.training().hold(&base, Beside { models: 1, ..Beside::default() }, context)?;
        let pairs = self.read(inputs, "pairs", &base, context)?;
        let validation =
            if inputs.has("validation") { self.read(inputs, "validation", &base, context)? } else { Vec::new() };
        let order = Order::new(pairs.len(), self.batch, self.seed);
        let steps = self.steps.unwrap_or(self.epochs * order.steps());
        let reference =
            if inputs.has("reference") { Base::open(inputs, "reference", context)?.frozen()? } else { base.frozen()? };
        let (model, config) = (base.language_model()?, base.checkpoint.config().clone());
        let adapter = self.lora.as_ref().map(|lora| lora.settings(&[]));
        let model = adapted(model, adapter.as_ref(), context.random("adapter", self.seed).next_u64())?;
        let learner = Learner::new(model, base, config, self.optimizer.settings(self.rate, steps))
            .with_adapter(adapter)
            .within(room);
        Ok(Improver { config: self.clone(), learner, reference, pairs, validation, order, steps })
    }

    fn steps(&self) -> Option<u64> {
        self.steps
    }

    fn prolonged_by(&self) -> Option<&'static str> {
        (self.steps.is_some() && self.optimizer.is_steady()).then_some("steps")
    }
}

engine::operator!(step Dpo);
