//! `synthesize.conversation_rules`: conversations made by rule.

mod author;
mod programs;
mod thoughts;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, RowOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::author::Author;
use crate::complaints;
use crate::python::{Engine, TestLimits};
use crate::row::{reasoned, with_columns};
use crate::turns::{self, Execution};
use crate::verify::{self, Compare, Runner};

/// Makes conversations by rule, in which mistakes are found and code is run.
///
/// # What it does
/// Takes problems with reasoning in steps and a solution, as `synthesize.practice` writes them, and gives each row with a
/// `completion`, which is turns between their tags, one behind the other, as `generate.converse` has them:
///
/// - `thinking`: a step each, the first with what is given. In a share of `mistakes` a number or value is wrong.
/// - `reflection` behind each of them, unless `reflect: false`: `Yes,` and what came out; or `No.` and the step as it
///   should be. Without it there are no mistakes.
/// - `execution`, unless `execute: false`: the solution and a call of the reasoning's example. In a share of `mistakes` it
///   first lacks a step, which reflection finds by what comes out.
/// - `output` behind each of these: what the program really wrote in the sandbox, or how it failed.
/// - `answer`: the solution.
///
/// Beside the row's columns there are `problem_id`, `sample`, `code`; the `turns`, each with its `role`, `text` and
/// `status` (`right`, `wrong`, of an output how it ended); and how many `mistakes` there are. What a model is asked is left
/// to its training: `prompt: "{{ statement }}"`, with `unlearned: [output]`.
///
/// # Why
/// A model that is to reflect must have seen mistakes found, and one that is to run code must have seen what comes of it.
/// At full size models write such conversations (`generate.converse`); here rules do, so that a pipeline can be tried whole
/// without one, and with each part left out.
///
/// # Example
/// ```yaml
/// conversations:
///   op: synthesize.conversation_rules
///   inputs: problems
///   with: {mistakes: 0.3}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversationRules {
    /// In which share of thinking turns and of programs there is a mistake, where there is something to be wrong about.
    #[serde(default = "default_mistakes")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub mistakes: f64,
    /// Whether there is reflection, and so what it finds.
    #[serde(default = "yes")]
    pub reflect: bool,
    /// Whether code is run.
    #[serde(default = "yes")]
    pub execute: bool,
    /// How many conversations a row gets, with mistakes of their own.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    pub samples: u64,
    /// How many characters of what a program wrote come back.
    #[serde(default = "default_output_characters")]
    #[schemars(range(min = 1))]
    pub output_characters: usize,
    /// What a program may use.
    #[serde(default)]
    pub limits: TestLimits,
    /// Where programs run.
    #[serde(default)]
    pub engine: Engine,
    /// Another number makes other mistakes under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_mistakes() -> f64 {
    0.3
}

fn yes() -> bool {
    true
}

fn one() -> u64 {
    1
}

fn default_output_characters() -> usize {
    200
}

impl Operator for ConversationRules {
    const NAME: &'static str = "synthesize.conversation_rules";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let reasoned = reasoned();
        let own = reasoned.schema().expect("rows have columns").fields().iter().cloned();
        let further = ["entry", "solution"].map(|name| Arc::new(Field::new(name, DataType::Utf8, false)));
        let columns = PortType::Columns(Arc::new(Schema::new(own.chain(further).collect::<Vec<_>>())));
        vec![InputPort::one("rows", "Problems with their solutions, and reasoning in steps that is right.", columns)]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "The columns of `rows`, with `problem_id`, `sample`, `completion`, `turns`, `code` and `mistakes`.";
        vec![OutputPort::new("rows", "The conversations.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints = self.engine.check(&self.limits);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let rows = complaints::port_type(inputs, "rows").map(|rows| with_columns(&rows, fields()));
        Ok([("rows".to_owned(), rows)].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        self.engine.file().into_iter().collect()
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        if self.execute { self.engine.prepare(context) } else { Ok(()) }
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        if self.execute { verify::identities(&self.engine, files) } else { BTreeMap::new() }
    }
}

/// The columns that are added.
fn fields() -> Vec<Field> {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    vec![text("problem_id"), number("sample"), text("completion"), turns::field(), text("code"), number("mistakes")]
}

impl RowOperator for ConversationRules {
    const ROWS: &'static str = "rows";
    const PART_ROWS: usize = 1024;
    type Worker = Author;

    fn open(&self, _inputs: &Inputs, context: &Context) -> Result<Author, Fault> {
        let open = || Runner::open(context, &self.engine, Compare::default(), self.limits);
        let runner = self.execute.then(open).transpose()?;
        let execution = runner.map(|runner| Execution { runner, characters: self.output_characters });
        Ok(Author { config: self.clone(), execution })
    }
}

engine::operator!(row ConversationRules);
