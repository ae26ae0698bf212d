//! `search.tree`: reasoning grown step by step, as a tree of what might have been said.

mod columns;
mod ends;
mod explore;
mod formula;
mod growth;
mod policy;
mod settled;
mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Emit, Row};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::explore::Exploration;
pub use self::formula::{Formula, Rule};
pub use self::growth::Backup;
pub use self::policy::Policy;
use crate::complaints;
use crate::generate::{Asking, Format, Wording};
use crate::model::{Model, Placing, generator_port};
use crate::python::{Engine, TestLimits};
use crate::row::identified;
use crate::turns::{Circles, Execution};
use crate::verify::{Compare, Runner, identities};

/// Grows trees of reasoning steps, and values each step by the programs that it leads to.
///
/// # What it does
/// Asks the model for each problem by `prompt` and lets it answer step by step. A step ends with the closing tag of one of
/// `roles`, or with `delimiter`; a path ends with the answer. The first path goes from the root to its end; each further one
/// leaves the tree at a node that `policy` chooses, with a step that is not there yet, and goes to its own end, until there
/// are `max_paths`, or no node is left. No node has more than `branch` steps behind it.
///
/// With `execution` the code in steps of that role is run in the sandbox, and what it writes follows as a node of kind
/// `output`, between `<output>` tags.
///
/// A path that ends with an answer is worth the share of the problem's tests that its program passes (`value: tests`), or 1
/// for all of them (`value: passed`). It is worth 0 with the status `no_code`, `truncated` (of `max_tokens`, prompt included,
/// or `max_depth` nodes), `loop` (a step that is the one before it once more or follows that one a second time, or goes in
/// `circles`), `in_a_row` (more steps of a role than that says, outputs not counted) or `refused`. A node is worth the mean of
/// the paths over it, or with `backup: max` the best.
///
/// Gives three tables:
///
/// - `nodes`, the trees as rows of type `SearchNode`: what `pair.siblings` and `pair.first_error` read.
/// - `paths`, every path as a `Completion` with its program as `code`, `passed`, `status` and `score`: what rejection sampling
///   keeps. With `max_paths: 1` it is what an agent that runs its code answers, which `verify.execute` can judge anew.
/// - `problems`, the problems with `paths`, `solved` (the share of paths that passed), `value`, `nodes`, `tokens` (written by
///   the model, with what it wrote a second time) and `settled`.
///
/// With `until: settled` a tree ends as soon as no further path can change which steps `pair.siblings` takes with its defaults:
/// a `top_m` of 1, `require: value`, `select: greatest`, `sides: steps`. Their values, and the whole answers over them, may
/// still have changed: leave it out for any other way to make pairs.
///
/// A step depends on the seed, the row and its place in the tree alone, and not on the order of growth. Programs are limited
/// by fuel.
///
/// # Why
/// A whole answer that fails does not say where it went wrong. Steps that differ in what they lead to do, without anybody
/// having judged them (CRPE, <https://arxiv.org/abs/2505.10594>, stage 3; Step-DPO, <https://arxiv.org/abs/2406.18629>). All
/// trees grow in one batch, and what a path has in common with others is read once.
///
/// # Example
/// ```yaml
/// explore:
///   op: search.tree
///   inputs: {problems: pool, model: current}
///   with: {prompt: crpe, policy: mcts, branch: 2, max_paths: 5, execution: execution, answer: answer}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// What a problem is asked: Jinja over its columns, or the name of one of our prompts (see `generate.sample`).
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// The system's message.
    #[serde(default)]
    pub system: Option<String>,
    /// How the model is spoken to.
    #[serde(default)]
    pub format: Format,
    /// The tags that steps stand in.
    #[serde(default = "default_roles")]
    pub roles: Vec<String>,
    /// The text that ends a step, for models that use no tags.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub delimiter: Option<String>,
    /// The tag that the program stands in, which ends the answer; without one it is the last block of code.
    #[serde(default)]
    pub answer: Option<String>,
    /// The role whose text is run.
    #[serde(default)]
    pub execution: Option<String>,
    /// How many characters of what it writes are shown.
    #[serde(default = "default_output_characters")]
    #[schemars(range(min = 1))]
    pub output_characters: usize,
    /// Where further paths go.
    #[serde(default)]
    pub policy: Policy,
    /// For `mcts`: what speaks for following a step.
    #[serde(default)]
    pub formula: Formula,
    /// What a node makes of the paths over it.
    #[serde(default)]
    pub backup: Backup,
    /// What a program is worth.
    #[serde(default)]
    pub value: Worth,
    /// When a tree is done, at the latest with `max_paths`.
    #[serde(default)]
    pub until: Until,
    /// How many steps follow a node at most.
    #[serde(default = "default_branch")]
    #[schemars(range(min = 1, max = 1000))]
    pub branch: usize,
    /// How many paths a tree has.
    #[serde(default = "default_paths")]
    #[schemars(range(min = 1, max = 100_000))]
    pub max_paths: usize,
    /// How many nodes a path has.
    #[serde(default = "default_depth")]
    #[schemars(range(min = 1))]
    pub max_depth: usize,
    /// How many tokens a path has, with the prompt and what code gave. What a model does not count, it is estimated: four bytes
    /// a token.
    #[serde(default = "default_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
    /// How many tokens a step has.
    #[serde(default = "default_step")]
    #[schemars(range(min = 1))]
    pub step_tokens: usize,
    /// How many steps of a role may follow one another: `{reflection: 3}`.
    #[serde(default)]
    pub in_a_row: IndexMap<String, usize>,
    /// When a step is taken to go in circles.
    #[serde(default)]
    pub circles: Circles,
    /// Divides the logits before a token is drawn; 0 always takes the likeliest token, which gives one path.
    #[serde(default = "unchanged")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub temperature: f32,
    /// The likeliest tokens are drawn from that reach this probability together.
    #[serde(default = "unchanged")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub top_p: f32,
    /// How what a program gives is compared with what is expected.
    #[serde(default)]
    pub compare: Compare,
    /// What a program may use.
    #[serde(default = "default_limits")]
    pub limits: TestLimits,
    /// Another number gives other trees under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// What a program is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// The share of tests that it passes.
    #[default]
    Tests,
    /// 1 where it passes all of them, and 0 otherwise.
    Passed,
}

/// When a tree is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// When it has as many paths as it may have.
    #[default]
    Full,
    /// When its pair can no longer change: the greatest difference between two steps behind the same node.
    Settled,
}

fn default_roles() -> Vec<String> {
    ["thinking", "reflection", "execution"].map(str::to_owned).into()
}

fn default_output_characters() -> usize {
    1000
}

fn default_branch() -> usize {
    2
}

fn default_paths() -> usize {
    5
}

fn default_depth() -> usize {
    64
}

fn default_tokens() -> usize {
    25_000
}

fn default_step() -> usize {
    2048
}

fn unchanged() -> f32 {
    1.0
}

/// Six seconds on a machine that does ten thousand million instructions in one.
fn default_limits() -> TestLimits {
    TestLimits { fuel: Some(60_000_000_000), ..TestLimits::default() }
}

/// What every tree is grown with.
pub struct Searcher {
    config: Tree,
    asking: Asking,
    model: Arc<Model>,
    execution: Execution,
}

impl Operator for Tree {
    const NAME: &'static str = "search.tree";
    /// 2: steps whose words fit twice are no loop, `beam` keeps to `max_paths`, `max_tokens` counts all that is read, and
    /// `passed` is null where nothing can be said of a path's program.
    const VERSION: u32 = 2;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("problems", "The problems, with their tests or their answer.", identified()),
            generator_port("model", "The model that searches."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let summary = "The columns of `problems`, with `paths`, `solved`, `value`, `nodes`, `tokens` and `settled`.";
        let path = "`Completion`, with `problem_id`, `code`, `passed`, `status`, `score`, `tokens`, and `tree_id` and \
            `number` of the leaf.";
        vec![
            OutputPort::new("nodes", "The trees.", OutputType::Is(PortType::rows("SearchNode"))),
            OutputPort::new("paths", "The paths from the root to a leaf.", OutputType::Derived(path)),
            OutputPort::new("problems", "What came of each problem.", OutputType::Derived(summary)),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "problems").map(AsRef::as_ref);
        let mut complaints = Asking::check(&self.prompt, schema, None);
        complaints.extend(self.misuse());
        complaints.extend(self.limits.check());
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let problems = complaints::port_type(inputs, "problems").map(|rows| columns::problems(&rows));
        let nodes = Some(PortType::rows("SearchNode"));
        let types = [("nodes", nodes), ("paths", Some(columns::paths())), ("problems", problems)];
        Ok(types.map(|(port, port_type)| (port.to_owned(), port_type)).into())
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        Engine::Sandbox.prepare(context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(&self.prompt).into_iter().chain(identities(&Engine::Sandbox, files)).collect()
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl Tree {
    /// Parameters that do not go together.
    fn misuse(&self) -> Vec<Complaint> {
        let complaint = |path: &[&str], message: String, label: &str| {
            Complaint::parameter("operator::parameters", path, message, label)
        };
        let tagged = |parameter: &str| format!("`{parameter}` names a tag, and steps end with `delimiter`");
        let tags = [("answer", &self.answer), ("execution", &self.execution)].into_iter();
        let without = tags.filter(|(_, tag)| tag.is_some() && self.delimiter.is_some());
        let mut complaints: Vec<Complaint> =
            without.map(|(parameter, _)| complaint(&[parameter], tagged(parameter), "has no meaning")).collect();
        if let Some(role) = self.execution.as_ref().filter(|role| !self.roles.contains(role)) {
            let message = format!("`execution` is `{role}`, which is none of `roles`");
            complaints.push(complaint(&["execution"], message, "no such role"));
        }
        let unknown = self.in_a_row.keys().filter(|role| !self.roles.contains(role));
        complaints.extend(
            unknown.map(|role| complaint(&["in_a_row", role], format!("`{role}` is none of `roles`"), "no such role")),
        );
        let message = "`until: settled` needs paths that leave one another: `mcts`, `best_first` or `depth_first`";
        let together = [Policy::Beam, Policy::Independent].contains(&self.policy) && self.until == Until::Settled;
        complaints.extend(together.then(|| complaint(&["until"], message.to_owned(), "has no meaning")));
        complaints
    }

    /// Whether it counts how likely steps are.
    fn weighs_likelihoods(&self) -> bool {
        let by_formula = matches!(self.formula.rule, Rule::PUct | Rule::VarPUct);
        self.policy == Policy::Beam || (self.policy == Policy::Mcts && by_formula)
    }
}

impl RowOperator for Tree {
    const ROWS: &'static str = "problems";
    /// A tree takes long, and those who read the first begin early.
    const PART_ROWS: usize = 64;
    type Worker = Searcher;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Searcher, Fault> {
        Ok(Searcher {
            config: self.clone(),
            asking: Asking::new(&self.prompt, None)?.around(self.system.as_deref(), &[], None),
            model: Model::open(inputs, "model", context)?,
            execution: Execution {
                runner: Runner::open(context, &Engine::Sandbox, self.compare, self.limits)?,
                characters: self.output_characters,
            },
        })
    }
}

#[async_trait]
impl RowWorker for Searcher {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let mut exploration = Exploration::new(self, row, context)?;
        exploration.grow().await?;
        columns::tell(&exploration, row, context, emit);
        Ok(())
    }
}

engine::operator!(row Tree);
