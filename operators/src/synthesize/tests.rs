//! `synthesize.tests`: tests for problems that have none.

mod agreement;
mod check;
mod expected;
mod generated;
mod inputs;
mod origin;
mod solutions;
mod tester;
mod written;

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, RowOperator, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::origin::Origin;
use self::tester::Tester;
use crate::complaints;
use crate::generate::Wording;
use crate::model::{Placing, generator_port};
use crate::python::{Engine, TestLimits};
use crate::row::{list, of_problems, structure, with_columns};
use crate::verify::{Compare, Extract, identities};

/// Makes tests for problems that have none.
///
/// # What it does
/// Asks a model for inputs of each problem, and has solutions say what comes out for them.
///
/// - `from: inputs`: the model writes the inputs down, as one JSON list. `from: generator`: it writes Python code with a
///   function `generate(random, number)`, which makes an input, and a function `validate(given)`, which says whether one
///   keeps to the problem's constraints. The code runs in the sandbox, with random numbers that begin at seeds of ours.
/// - `expect: oracle`: what the program in the column `solution` gives is right. `expect: majority`: what most programs
///   give, of those that ran to their end: programs in a list in the column `solutions`, or in the input `solutions`,
///   whose rows name their problem in `problem_id`. At least two have to agree, and the share `agreement` of those that
///   ran. Programs with the same text are run once and count as often as they are there.
///
/// A problem with an `entry` gets tests of kind `call`, whose input is a list of arguments; any other tests of kind
/// `stdin`. Answers are compared by `compare`, by which `verify.execute` should compare them too. An answer that equals
/// not even itself, such as an object without notation, is expected nowhere.
///
/// The problem goes on as a `Problem` with its `tests`; `agreement` has the share that agreed on each of them (null
/// where an oracle said it), and `refused` each `input` of which no test was made, with the `reason`: it repeats another,
/// the validator does not allow it, the solution fails on it, too few agree. A problem with fewer than `least` tests goes
/// to `untested` with the `reason`, what was `refused`, and the model's `answers`; `table.group` counts these.
///
/// # Why
/// A problem that a model made has no tests, and tests that a model wrote with their outputs are often wrong: it is
/// better at asking than at answering. What many independent solutions agree on is mostly right (CodeT,
/// <https://arxiv.org/abs/2207.10397>), and a generator with a validator makes inputs that are larger and stranger than
/// any that a model writes down, and still allowed (CodeContests+, <https://arxiv.org/abs/2506.05817>). Solutions that
/// are wrong alike agree as well: `score.data_value` and a stronger model's verdict are the next sieve.
///
/// # Example
/// ```yaml
/// tested:
///   op: synthesize.tests
///   inputs: {problems: evolved, model: writer, solutions: answers}
///   with: {from: generator, expect: majority, extract: last_block, inputs: 20, least: 5}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// Where the inputs come from.
    #[serde(default)]
    pub from: Origin,
    /// How it is found out what comes out for them.
    #[serde(default)]
    pub expect: Expect,
    /// The column of `problems` with the program that an oracle is.
    #[serde(default = "default_solution")]
    pub solution: String,
    /// The column of `problems` with a list of programs, in place of the input `solutions`.
    #[serde(default)]
    pub solutions: Option<String>,
    /// The column of the input `solutions` with the program. Default: the first there is of `code`, `completion`,
    /// `solution`.
    #[serde(default)]
    pub code: Option<String>,
    /// What of a solution's text is the program.
    #[serde(default)]
    pub extract: Extract,
    /// The share of the solutions that ran which has to give the same for an input.
    #[serde(default = "default_agreement")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub agreement: f64,
    /// How many inputs the model is asked for, or its generator.
    #[serde(default = "default_inputs")]
    #[schemars(range(min = 1, max = 10_000))]
    pub inputs: usize,
    /// How many tests a problem has at least.
    #[serde(default = "default_least")]
    #[schemars(range(min = 1))]
    pub least: usize,
    /// What is asked in place of our own prompt: Jinja over the problem's columns, or the name of one of ours.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub prompt: Option<String>,
    /// How many answers of the model are put together.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
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
    /// When two answers are the same.
    #[serde(default)]
    pub compare: Compare,
    /// What a program may use for an input. Default: `{fuel: 10000000000}`, about a second; where `limits` is given, it
    /// is as for `verify.execute`.
    #[serde(default = "default_limits")]
    pub limits: TestLimits,
    /// Where programs run. Native processes count no fuel: say `limits: {seconds: 6}` with them.
    #[serde(default)]
    pub engine: Engine,
    /// Another number gives other inputs under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// How it is found out what comes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// A solution that is right says it.
    Oracle,
    /// Most solutions say it.
    #[default]
    Majority,
}

fn default_solution() -> String {
    "solution".to_owned()
}

fn default_agreement() -> f64 {
    0.6
}

fn default_inputs() -> usize {
    10
}

fn default_least() -> usize {
    3
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

fn default_limits() -> TestLimits {
    TestLimits { fuel: Some(10_000_000_000), ..TestLimits::default() }
}

impl Operator for Tests {
    const NAME: &'static str = "synthesize.tests";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let fields = ["id", "source", "statement"].map(|name| Field::new(name, DataType::Utf8, false));
        let problems = PortType::Columns(Schema::new(fields.to_vec()).into());
        vec![
            InputPort::one("problems", "The problems.", problems),
            generator_port("model", "The model that is asked for inputs."),
            InputPort::optional("solutions", "Programs whose majority is believed.", of_problems()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Problem`, with `agreement`, `refused` and the other columns of `problems`.";
        let untested = "As `problems`, with the `reason`, what was `refused`, and the model's `answers`.";
        vec![
            OutputPort::new("problems", "The problems with their tests.", OutputType::Derived(gives)),
            OutputPort::new("untested", "Problems with too few tests.", OutputType::Derived(untested)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints = check::complaints(self, inputs);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let refused = list(structure([("input", DataType::Utf8), ("reason", DataType::Utf8)]));
        let column = |name: &str, data_type: DataType| Field::new(name, data_type, false);
        let tested = vec![column("agreement", list(DataType::Float64)), column("refused", refused.clone())];
        let untested =
            vec![column("reason", DataType::Utf8), column("refused", refused), column("answers", list(DataType::Utf8))];
        let (problems, untested) = complaints::port_type(inputs, "problems")
            .map(|given| {
                (with_columns(&PortType::rows("Problem").over(&given), tested), with_columns(&given, untested))
            })
            .unzip();
        Ok([("problems".to_owned(), problems), ("untested".to_owned(), untested)].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        self.engine.file().into_iter().collect()
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        self.engine.prepare(context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        identities(&self.engine, files).into_iter().chain(Wording::identities(self.prompt())).collect()
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl Tests {
    /// What is asked.
    fn prompt(&self) -> &str {
        self.prompt.as_deref().unwrap_or_else(|| self.from.prompt())
    }
}

impl RowOperator for Tests {
    const ROWS: &'static str = "problems";
    /// Few enough that those who read the tests begin early.
    const PART_ROWS: usize = 256;
    type Worker = Tester;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Tester, Fault> {
        Tester::open(self, inputs, context)
    }
}

engine::operator!(row Tests);
