//! `train.grpo`: policy optimization by groups, with rewards from execution and from a model of reasoning.

mod curriculum;
mod draw;
mod forecast;
mod measures;
mod objective;
mod question;
mod reading;
mod rollout;
mod scored;
mod start;
mod stored;
mod terms;
mod worker;

use std::collections::BTreeMap;

use engine::operator::{Complaint, Context, ExternalFiles, Fault, Known, Need, Operator, Outlook, SettingsKind};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use models::config::Head;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::curriculum::Curriculum;
pub use self::objective::{Advantage, Objective};
pub use self::reading::Reading;
pub use self::terms::{Process, Terms};

use self::stored::Stored;
use super::base::Where;
use super::lora::Lora;
use super::optimizer::{Optimizer, Recompute};
use super::{METRICS, MODEL, defaults};
use crate::complaints;
use crate::generate::Format;
use crate::generate::prompt::{Asking, Wording};
use crate::model::{CHECKPOINT, REWARD_MODEL};
use crate::python::{Engine, TestLimits};
use crate::verify::{Compare, identities};

/// Improves a policy by what its own answers are worth.
///
/// # What it does
/// In every step draws `group` answers to each of `batch` problems from the policy as it is, runs their programs on the
/// problems' tests while others are still being written, makes one reward of the named `terms`, and follows the clipped
/// objective of GRPO (<https://arxiv.org/abs/2402.03300>): an answer is made likelier by how much better it is than the
/// others of its group, in units of the group's deviation.
///
/// The reward is the weighted sum of its terms: `format` (whether the answer is built as asked, whatever it says),
/// `outcome` (whether the program passes all tests), `tests` (the share that it passes), `compiler` (1 for a program that
/// passes all tests, -0.3 for one that gives something else, -0.6 for one that raises or exceeds a limit, -1 for none or
/// one that is no Python; StepCoder, <https://arxiv.org/abs/2402.01391>), `python` (a function of your own), `columns`
/// (numbers that stand beside stored `rollouts`), `length` (what lies beyond a budget costs, which may fall from step to
/// step), and `process`, which a reward model says of the reasoning. With `process` wired,
/// `process.gate` says when that counts:
///
/// - `hard`: only where the program passes all tests (ReCode, <https://arxiv.org/abs/2508.05170>);
/// - `soft`: by the share of tests that it passes;
/// - `add`: always, which invites reasoning that pleases and does not help;
/// - `off`: never; it is measured all the same.
///
/// The reward model is asked about the problem and the reasoning, and never sees the program. Reasoning that is not there, or
/// longer than that model can read, has no number and counts as nothing; `process_missing` says how often.
///
/// A problem without tests that has its own `answer`, as those of mathematics have, is held to that, as `verify.math` does
/// it: what stands where a program would is the answer, `outcome` is whether it is right, and nothing is run.
///
/// Programs are limited by fuel, not by a clock: the same answers have the same rewards on every machine.
///
/// `metrics` has of every step the mean `reward` and its `reward_deviation`, each term's mean (`term.outcome`), the
/// `pass_rate`, `format_rate` and `tests_rate`, the share of groups without any advantage (`zero_advantage_groups`),
/// that of answers of which nothing can be said (`undecided`, which have the reward of what did not pass),
/// `clip_fraction` and `dual_clip_fraction`, `kl_old` to the policy that drew the answers and with a reference `kl` to it,
/// the `entropy`, `completion_tokens`, the `truncated` share, `loss`, `gradient_norm` and `rate`. `rollouts` has the
/// answers of every `rollouts_every`-th step with all their terms. With `validation` wired one likeliest answer for each
/// of its problems is verified before the first step and after every `validation_every`: `validation_pass@1`.
///
/// With `rollouts` of another training wired in place of `problems`, its answers are learned, step by step, and none is
/// drawn: their rewards are made anew of what is known of them, so that terms, gates, advantages and losses can be compared
/// on the same answers. The ratio is then that to the policy which drew them.
///
/// Under a constant rate without warm-up, a training of more steps goes on from one of fewer, and `node@500` in another
/// node's `inputs` is this one after 500 of its `steps`.
///
/// # Why
/// What passes tests can be found by trying, and learned. That reasoning counts only where the result is right is what
/// keeps a policy from learning to please its judge.
///
/// # Example
/// ```yaml
/// policy:
///   op: train.grpo
///   inputs: {problems: problems, model: base, process: reward}
///   with:
///     steps: 1600
///     batch: 32
///     objective: {clip_low: 0.2, clip_high: 0.28}
///     terms: {process: {gate: hard}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grpo {
    /// What the model is asked: Jinja over the columns of a problem, or the name of one of our prompts (see
    /// `generate.sample`).
    #[serde(default = "default_prompt")]
    pub prompt: String,
    /// What the system says before.
    #[serde(default)]
    pub system: Option<String>,
    /// How the model is spoken to.
    #[serde(default)]
    pub format: Format,
    /// Where an answer has its reasoning and its program.
    #[serde(default)]
    pub reading: Reading,
    /// How often answers are drawn and learned.
    #[schemars(range(min = 1))]
    pub steps: u64,
    /// How many problems a step has.
    #[serde(default = "default_batch")]
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// How many answers each problem gets.
    #[serde(default = "default_group")]
    #[schemars(range(min = 1))]
    pub group: u64,
    /// Into how many batches a step's problems are divided, each of which is followed by itself. From the second on, the
    /// policy is no longer the one that drew.
    #[serde(default = "default_updates")]
    #[schemars(range(min = 1))]
    pub updates: usize,
    /// Divides the logits before a token is drawn, and when it is learned.
    #[serde(default = "default_temperature")]
    #[schemars(range(min = 0.01, max = 100.0))]
    pub temperature: f32,
    /// How many tokens an answer has at most.
    #[serde(default = "defaults::max_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
    /// What an answer is worth.
    #[serde(default)]
    pub terms: Terms,
    /// How rewards become advantages.
    #[serde(default)]
    pub advantage: Advantage,
    /// Which of a step's problems are learned. Default: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curriculum: Option<Curriculum>,
    /// What is minimised.
    #[serde(default)]
    pub objective: Objective,
    /// The greatest learning rate.
    #[serde(default = "default_rate")]
    #[schemars(range(min = 0.0))]
    pub rate: f64,
    /// Trains an adapter in place of the whole model. The result is the model with it; `adapter/` beside the weights has it
    /// by itself, as PEFT loads it.
    #[serde(default)]
    pub lora: Option<Lora>,
    /// How parameters follow their gradients.
    #[serde(default)]
    pub optimizer: Optimizer,
    /// How what a program gives is compared with what is expected.
    #[serde(default)]
    pub compare: Compare,
    /// What a program may use.
    #[serde(default = "default_limits")]
    pub limits: TestLimits,
    /// The answers of every so many steps are an output; none where it is 0.
    #[serde(default = "default_every")]
    pub rollouts_every: u64,
    /// After how many steps `validation` is looked at.
    #[serde(default = "default_every")]
    #[schemars(range(min = 1))]
    pub validation_every: u64,
    /// How many tokens are computed at once, padding included.
    #[serde(default = "defaults::part_tokens")]
    #[schemars(range(min = 1))]
    pub part_tokens: usize,
    /// What is computed once more rather than kept in memory.
    #[serde(default)]
    pub recompute: Recompute,
    /// Another number gives other answers and another order under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_prompt() -> String {
    "recode".to_owned()
}

fn default_batch() -> usize {
    32
}

fn default_group() -> u64 {
    8
}

fn default_updates() -> usize {
    1
}

fn default_temperature() -> f32 {
    1.0
}

fn default_rate() -> f64 {
    1e-6
}

/// About what six seconds are.
fn default_limits() -> TestLimits {
    TestLimits { fuel: Some(60_000_000_000), ..TestLimits::default() }
}

fn default_every() -> u64 {
    50
}

impl Operator for Grpo {
    const NAME: &'static str = "train.grpo";
    /// 2: rollouts have the term `columns`. 3: the status `misnamed`. 4: what texts begin with alike is computed once, which
    /// rounds otherwise. 5: the metric `undecided`; `passed` is null where nothing can be said of an answer.
    /// 6: sums have one order on every processor.
    const VERSION: u32 = 6;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let (problems, checkpoint) = (|| PortType::rows("Problem"), || PortType::artifact(CHECKPOINT));
        vec![
            InputPort::optional("problems", "What is answered, with its tests.", problems()),
            InputPort::optional(
                "rollouts",
                "Answers that are learned in place of the policy's own.",
                PortType::rows("Completion"),
            ),
            InputPort::optional("validation", "Problems that are only looked at.", problems()),
            InputPort::one("model", "The policy as it begins.", checkpoint()),
            InputPort::optional("process", "What judges reasoning.", PortType::artifact(REWARD_MODEL)),
            InputPort::optional(
                "reference",
                "What `objective.kl` is measured to; by default the policy as it begins.",
                checkpoint(),
            ),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let rollouts =
            "`Completion`, with the problem's id, step and sample, every term, the reward and the advantage.";
        vec![
            OutputPort::new(MODEL, "The trained policy.", OutputType::Is(PortType::artifact(CHECKPOINT))),
            OutputPort::new(METRICS, "What was measured of each step.", OutputType::Is(PortType::rows("Metric")))
                .may_be_empty(),
            OutputPort::new("rollouts", "Answers that were learned.", OutputType::Derived(rollouts)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.limits.check();
        for port in ["problems", "validation"].into_iter().filter(|port| inputs.contains_key(*port)) {
            complaints.extend(Asking::check(&self.prompt, complaints::columns(inputs, port).map(AsRef::as_ref), None));
        }
        complaints.extend(self.unwired(inputs));
        complaints.extend(
            complaints::columns(inputs, "rollouts")
                .map(|schema| Stored::check(schema, &self.terms))
                .into_iter()
                .flatten(),
        );
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let types = [
            (MODEL, PortType::artifact(CHECKPOINT)),
            (METRICS, PortType::rows("Metric")),
            ("rollouts", rollout::port_type()),
        ];
        Ok(types.into_iter().map(|(port, port_type)| (port.to_owned(), Some(port_type))).collect())
    }

    fn warnings(&self, _inputs: &InputTypes) -> Vec<Complaint> {
        let message = "a group of one has nothing to be compared with: its advantage is its reward";
        let lone = || Complaint::parameter("operator::parameters", &["group"], message, "no group");
        (self.group == 1).then(lone).into_iter().collect()
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        Engine::Sandbox.prepare(context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(&self.prompt).into_iter().chain(identities(&Engine::Sandbox, files)).collect()
    }

    fn known(&self, outlook: &Outlook<'_>) -> Known {
        super::forecast::known(outlook, Head::Language)
    }

    fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        self.foreseen(outlook)
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Where>()
    }
}

engine::operator!(step Grpo);
