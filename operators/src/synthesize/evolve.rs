//! `synthesize.evolve`: problems that a model makes of others.

mod columns;
mod evolver;
mod form;
mod method;
mod partners;

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, SettingsKind, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::evolver::Evolver;
pub use self::form::Form;
pub use self::method::Method;
use self::partners::with_partner;
use crate::complaints;
use crate::generate::{Asking, Wording};
use crate::model::{Placing, generator_port};

/// Lets a model make problems of other problems.
///
/// # What it does
/// Asks a model about each row of `problems` in one or more ways: to `rewrite` it in another setting, to `deepen` it
/// into a harder one, to `concretize` it, and to `combine` it with a second problem into one that needs both. The second
/// one is drawn at random from all of `partners`, another for each sample, and stands in the prompt as `partner`.
///
/// An answer has its sections under headings: `[Problem]`, and by `form` `[Format]` or `[Entry]` behind it. It becomes a
/// `Draft`: a problem whose `statement` ends with its format, or whose function is called as `entry` says; with its
/// `parents` (the ids of what it was made of), the `method`, the `sample`'s number, and the tokens that it took. It has
/// no tests and no solution: what is true of a parent is not true of it.
///
/// An answer that was cut, that lacks a section, that repeats a parent or an earlier answer to the same row (in all but
/// case and white space), or for which there is no second problem, goes to `unparsed` with the `reason`; `table.group`
/// counts these.
///
/// # Why
/// A few thousand problems from contests are soon learned by heart. A model that writes others of them gives as many as
/// are wanted, whose difficulty can be steered: Evol-Instruct (WizardLM, <https://arxiv.org/abs/2304.12244>) deepens and
/// concretizes instructions, CRPE (<https://arxiv.org/abs/2505.10594>) rewrites problems of Codeforces and LeetCode.
/// `synthesize.tests` gives them tests, `filter.decontaminate` and `filter.dedup` take out what is too close to others.
///
/// # Example
/// ```yaml
/// evolved:
///   op: synthesize.evolve
///   inputs: {problems: seeds, partners: seeds, model: writer}
///   with: {methods: [rewrite, deepen, combine], samples: 2}
///   run: {concurrency: 64}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evolve {
    /// How problems are made, each for every row. `combine` needs the input `partners`.
    #[serde(default = "default_methods")]
    #[schemars(length(min = 1))]
    pub methods: Vec<Method>,
    /// How many answers a row gets by each method.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100_000))]
    pub samples: u64,
    /// What programs look like that solve the problems.
    #[serde(default)]
    pub form: Form,
    /// What is asked by a method in place of our own prompt: Jinja over the row's columns, or the name of one of ours.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prompts: BTreeMap<Method, String>,
    /// Divides the logits before a token is drawn; 0 always takes the likeliest token.
    #[serde(default = "all")]
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
    /// Another number gives other problems under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_methods() -> Vec<Method> {
    vec![Method::Rewrite, Method::Deepen, Method::Concretize]
}

fn one() -> u64 {
    1
}

fn all() -> f32 {
    1.0
}

fn default_max_tokens() -> usize {
    2048
}

impl Operator for Evolve {
    const NAME: &'static str = "synthesize.evolve";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let fields = ["id", "statement"].map(|name| Field::new(name, DataType::Utf8, false));
        let problems = || PortType::Columns(Schema::new(fields.to_vec()).into());
        vec![
            InputPort::one("problems", "The problems that others are made of.", problems()),
            InputPort::optional("partners", "What `combine` draws its second problem from.", problems()),
            generator_port("model", "The model that writes them."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![
            OutputPort::new("problems", "The problems that were made.", OutputType::Is(columns::problems())),
            OutputPort::new("unparsed", "Answers that are none, and why.", OutputType::Is(columns::unparsed()))
                .may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints: Vec<_> = self.methods().iter().flat_map(|method| self.misworded(*method, inputs)).collect();
        if self.methods.contains(&Method::Combine) && !inputs.contains_key("partners") {
            let message = "`combine` needs a second problem, but `partners` is not wired";
            let complaint = Complaint::parameter("operator::parameters", &["methods"], message, "no second problem");
            complaints.push(complaint.help("wire `partners`, mostly to what `problems` is wired to"));
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn warnings(&self, inputs: &InputTypes) -> Vec<Complaint> {
        let parameter = |path: &[&str], message: String, label: &str| {
            Complaint::parameter("operator::parameters", path, message, label)
        };
        let same = self.samples > 1 && self.temperature == 0.0;
        let same = same.then(|| {
            let message = format!("{} samples at temperature 0 are all the same", self.samples);
            parameter(&["samples"], message, "one would do")
        });
        let unread = inputs.contains_key("partners") && !self.methods.contains(&Method::Combine);
        let unread = unread.then(|| {
            let message = "`partners` is only read by `combine`, which is not among `methods`";
            Complaint::input("operator::parameters", "partners", message, "not read")
        });
        let unused = self.prompts.keys().filter(|method| !self.methods.contains(method)).map(|method| {
            let message = format!("`{method}` is not among `methods`");
            parameter(&["prompts", method.name()], message, "not asked")
        });
        same.into_iter().chain(unread).chain(unused).collect()
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        let identity = |method: &Method| {
            let digests = Wording::identities(self.prompt(*method)).into_values();
            digests.map(|digest| (format!("prompts.{method}"), digest)).collect::<Vec<_>>()
        };
        self.methods().iter().flat_map(identity).collect()
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl Evolve {
    /// The methods, each once.
    fn methods(&self) -> Vec<Method> {
        let named = |method: &Method| self.methods.contains(method);
        [Method::Rewrite, Method::Deepen, Method::Concretize, Method::Combine].into_iter().filter(named).collect()
    }

    /// What is asked by a method.
    fn prompt(&self, method: Method) -> &str {
        self.prompts.get(&method).map_or(method.name(), String::as_str)
    }

    fn misworded(&self, method: Method, inputs: &InputTypes) -> Vec<Complaint> {
        let rows = complaints::columns(inputs, "problems").map(|schema| schema.as_ref().clone());
        let schema = match method {
            Method::Combine => {
                rows.zip(complaints::columns(inputs, "partners")).map(|(rows, others)| with_partner(&rows, others))
            }
            _ => rows,
        };
        let complaints = Asking::check(self.prompt(method), schema.as_ref(), Some(&self.form.answer_format()));
        let place = ["prompts", method.name()];
        complaints.into_iter().map(|complaint| complaints::moved(complaint, &place)).collect()
    }
}

impl RowOperator for Evolve {
    const ROWS: &'static str = "problems";
    /// Few enough that those who read the answers begin early.
    const PART_ROWS: usize = 256;
    type Worker = Evolver;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Evolver, Fault> {
        Evolver::open(self, inputs, context)
    }
}

engine::operator!(row Evolve);
