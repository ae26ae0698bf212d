//! `train.reward`: a reward model of pairs.

mod best;
mod worker;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Known, Need, Operator, Outlook, SettingsKind, StepOperator,
    declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use models::config::Head;
use models::decoder::RewardModel;
use models::generate::Opening;
use models::reward::Reader;
use models::train::Example;
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::best::Best;
use self::worker::Grader;
use super::base::{self, Base, Where};
use super::defaults;
use super::forecast::{self, Beside, Training};
use super::learner::Learner;
use super::lora::{Lora, adapted};
use super::optimizer::{Optimizer, Recompute};
use super::order::Order;
use super::pairs::{Pair, Read};
use super::{METRICS, MODEL};
use crate::complaints;
use crate::generate::prompt::Asking;
use crate::jinja::Template;
use crate::model::{CHECKPOINT, REWARD_MODEL};

/// Trains a model to say what a text is worth.
///
/// # What it does
/// Puts a head with one number on a language model, or goes on with a reward model, and trains it so that the better text
/// of a pair is worth more: `-log σ(r_chosen - r_rejected)` (Bradley and Terry). The number is read off the last token.
///
/// With `reads: plain` the model reads the prompt, a blank line, the answer and the token that ends a text; with
/// `reads: chat` what its chat template makes of both. The trained model's own chat template says it, so that
/// `score.reward`, `train.grpo` and other tools read as it was trained. Pairs with a text of more than `max_tokens` tokens
/// are left out, and never cut.
///
/// With `validation` wired the model is looked at after every epoch, or every `validation_every` steps; the result is the
/// one with the least loss there, and training ends when `patience` looks in a row found none better. Split pairs by
/// problem: of a pair whose problem was learned the model knows too much.
///
/// `metrics` has of every step the `loss`, the `accuracy` (equal numbers are wrong), the mean `margin`, `chosen_reward` and
/// `rejected_reward`, `gradient_norm` and `rate`, and `validation_loss` and `validation_accuracy`.
///
/// # Why
/// What makes reasoning good is easier shown in pairs than said in a rule.
///
/// # Example
/// ```yaml
/// reward:
///   op: train.reward
///   inputs: {pairs: split.train, validation: split.test, model: scorer}
///   with: {rate: 1.0e-6, batch: 128, epochs: 2, patience: 1}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reward {
    /// What is asked: Jinja over the columns of a row. Default: the column `prompt`.
    #[serde(default)]
    pub prompt: Option<String>,
    /// How a prompt and its answer are read.
    #[serde(default)]
    pub reads: Reads,
    /// The column that says by how much the better text is to be better.
    #[serde(default)]
    pub margin: Option<String>,
    /// What it costs that rewards are far from zero (<https://arxiv.org/abs/2312.09244>).
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    pub centering: Option<f32>,
    /// The greatest learning rate.
    #[serde(default = "default_rate")]
    #[schemars(range(min = 0.0))]
    pub rate: f64,
    /// How often every pair is learned.
    #[serde(default = "default_epochs")]
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
    /// After how many steps `validation` is looked at. Default: after every epoch.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub validation_every: Option<u64>,
    /// After how many looks without a better one training ends.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub patience: Option<u64>,
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
    /// Another number gives another order, and another head to begin with, under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// How a prompt and its answer are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// The prompt, a blank line, the answer, and the token that ends a text.
    #[default]
    Plain,
    /// As the model's chat template lays out what a user and an assistant say.
    Chat,
}

fn default_rate() -> f64 {
    1e-6
}

fn default_epochs() -> u64 {
    2
}

fn default_batch() -> usize {
    128
}

impl Operator for Reward {
    const NAME: &'static str = "train.reward";
    /// 2: what texts begin with alike is computed once, which rounds otherwise. 3: sums have one order on every processor.
    const VERSION: u32 = 3;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let pairs = || PortType::rows("Preference");
        let model = InputPort::one("model", "The model that learns.", PortType::artifact(CHECKPOINT));
        vec![
            InputPort::one("pairs", "What is learned.", pairs()),
            InputPort::optional("validation", "What is only looked at.", pairs()),
            model.or(PortType::artifact(REWARD_MODEL)),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![
            OutputPort::new(MODEL, "The reward model.", OutputType::Is(PortType::artifact(REWARD_MODEL))),
            OutputPort::new(METRICS, "What was measured of each step.", OutputType::Is(PortType::rows("Metric")))
                .may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = Vec::new();
        for port in ["pairs", "validation"].into_iter().filter(|port| inputs.contains_key(*port)) {
            let schema = complaints::columns(inputs, port);
            complaints.extend(Asking::check(self.prompt(), schema.map(AsRef::as_ref), None));
            if let (Some(schema), Some(margin)) = (schema, &self.margin) {
                complaints.extend(complaints::misfit(
                    &["margin"],
                    margin,
                    port,
                    schema,
                    (complaints::is_float, "a float"),
                ));
            }
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn warnings(&self, inputs: &InputTypes) -> Vec<Complaint> {
        let message = "without `validation` there is nothing to be patient about";
        let idle = || Complaint::parameter("operator::parameters", &["patience"], message, "without effect");
        (self.patience.is_some() && !inputs.contains_key("validation")).then(idle).into_iter().collect()
    }

    fn known(&self, outlook: &Outlook<'_>) -> Known {
        forecast::known(outlook, Head::Reward)
    }

    fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        self.training().needs(outlook)
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Where>()
    }
}

impl Reward {
    /// What its room depends on.
    fn training(&self) -> Training<'_> {
        let (lora, recompute) = (self.lora.as_ref(), self.recompute);
        let (tokens, longest) = (self.part_tokens, self.max_tokens);
        let matrices = self.optimizer.matrices();
        Training { head: Head::Reward, lora, recompute, matrices, tokens, longest }
    }

    fn prompt(&self) -> &str {
        self.prompt.as_deref().unwrap_or("{{ prompt }}")
    }

    /// The model as it begins: its head is drawn where it has none for rewards.
    fn model(&self, base: &Base, context: &Context) -> Result<RewardModel, Fault> {
        match base.checkpoint.config().architecture.head {
            Head::Reward => base.checkpoint.reward_model(&base.placement).map_err(base::fault),
            Head::Language => {
                let decoder = base.language_model()?.model;
                let config = base.checkpoint.config().with_head(Head::Reward);
                let seed = context.random("head", self.seed).next_u64();
                models::checkpoint::reward_model_over(decoder, &config, seed, &base.placement).map_err(base::fault)
            }
        }
    }

    /// How texts are read.
    fn reader(&self, base: &Base) -> Result<Reader, Fault> {
        let reader = Reader::open(&base.checkpoint, Opening::any_day()).map_err(base::fault)?;
        Ok(match self.reads {
            Reads::Plain => reader.without_template(),
            Reads::Chat => reader,
        })
    }

    /// The pairs of a port.
    fn read(&self, inputs: &Inputs, port: &str, base: &Base, context: &Context) -> Result<Vec<Pair>, Fault> {
        let most = self.max_tokens.min(base.checkpoint.config().positions);
        let reader = self.reader(base)?;
        let prompt = Template::new(self.prompt(), Vec::new()).map_err(|error| Fault::node(error.to_string()))?;
        let read = Read::of(inputs.table(port)?, most, |row| {
            let prompt = prompt.render(row)?;
            let text = |column: &str| {
                let tokens = reader.tokens(&prompt, row.text(column).unwrap_or_default());
                let tokens = tokens.map_err(|error| Fault::node(error.to_string()))?;
                Ok::<_, Fault>(Example::completion(&[], &tokens))
            };
            let margin = self.margin.as_ref().and_then(|column| row.float(column)).unwrap_or(0.0) as f32;
            Ok(Pair { chosen: text("chosen")?, rejected: text("rejected")?, margin })
        });
        read?.some(port, most, |warning| context.warn(warning))
    }
}

impl StepOperator for Reward {
    type Worker = Grader;

    fn start(&self, inputs: &Inputs, context: &Context) -> Result<Grader, Fault> {
        let base = Base::open(inputs, "model", context)?;
        let room = self.training().hold(&base, Beside::default(), context)?;
        let pairs = self.read(inputs, "pairs", &base, context)?;
        let validation =
            if inputs.has("validation") { self.read(inputs, "validation", &base, context)? } else { Vec::new() };
        let order = Order::new(pairs.len(), self.batch, self.seed);
        let steps = self.steps.unwrap_or(self.epochs * order.steps());
        let template = match self.reads {
            Reads::Plain => Some(self.reader(&base)?.plain_template()),
            Reads::Chat => None,
        };
        let (model, config) = (self.model(&base, context)?, base.checkpoint.config().with_head(Head::Reward));
        let adapter = self.lora.as_ref().map(|lora| lora.settings(&["score"]));
        let model = adapted(model, adapter.as_ref(), context.random("adapter", self.seed).next_u64())?;
        let learner = Learner::new(model, base, config, self.optimizer.settings(self.rate, steps))
            .with_adapter(adapter)
            .within(room);
        Ok(Grader { config: self.clone(), learner, template, pairs, validation, order, steps, best: Best::default() })
    }

    fn steps(&self) -> Option<u64> {
        self.steps
    }
}

engine::operator!(step Reward);
