//! `pair.problems`: preferences between answers to the same problem.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use async_trait::async_trait;
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Cell, Emit, Row};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complaints;
use crate::jinja::Template;
use crate::row::{of_problems, with_columns};

/// Makes preferences between good and bad answers to the same problem.
///
/// # What it does
/// Gives each row of `rejected` a row of `chosen` that answers the same problem, drawn at random, each as likely as another:
/// a `Preference` whose `prompt` is made by the parameter of that name over the rejected row, with `chosen_id`, `rejected_id`
/// and the rejected row's other columns. A chosen answer may be in several pairs; so a problem has as many pairs as bad
/// answers, and none of these counts twice. What has nothing to be compared with, or would be compared with the same text,
/// goes to `unpaired`.
///
/// # Why
/// Bad answers whose badness is certain are rarer than good ones: a benchmark has as many pairs as there are of these, and
/// both sides of a pair answer the same question (ReCode's LCB-RB, <https://arxiv.org/abs/2508.05170>, section 3).
///
/// # Example
/// ```yaml
/// pairs: {op: pair.problems, inputs: {chosen: sound, rejected: flawed}, with: {answer: reasoning}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Problems {
    /// The column with what is compared.
    #[schemars(length(min = 1))]
    pub answer: String,
    /// The prompt, Jinja over the columns of `rejected`.
    #[serde(default = "default_prompt")]
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// Another number draws other pairs under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_prompt() -> String {
    "{{ statement }}".to_owned()
}

/// The good answers by problem, each an id and a text, in the order of their ids.
pub struct Pairing {
    config: Problems,
    prompt: Template,
    chosen: HashMap<String, Vec<(String, String)>>,
}

impl Operator for Problems {
    const NAME: &'static str = "pair.problems";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("chosen", "Good answers.", of_problems()),
            InputPort::one("rejected", "Bad answers.", of_problems()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Preference`, with `chosen_id`, `rejected_id` and the columns of `rejected`.";
        vec![
            OutputPort::new("pairs", "The pairs.", OutputType::Derived(gives)),
            OutputPort::new("unpaired", "Bad answers without a good one.", OutputType::Same("rejected")).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "rejected").map(AsRef::as_ref);
        let mut complaints = Template::check(&self.prompt, Vec::new(), &["prompt"], schema);
        complaints.extend(["chosen", "rejected"].into_iter().filter_map(|port| {
            let schema = complaints::columns(inputs, port)?;
            complaints::misfit(&["answer"], &self.answer, port, schema, (complaints::is_text, "text"))
        }));
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let rejected = complaints::port_type(inputs, "rejected");
        let ids = || ["chosen_id", "rejected_id"].map(|name| Field::new(name, DataType::Utf8, false)).to_vec();
        let pairs = rejected.as_ref().map(|rows| with_columns(&PortType::rows("Preference").over(rows), ids()));
        Ok([("pairs".to_owned(), pairs), ("unpaired".to_owned(), rejected)].into())
    }
}

impl RowOperator for Problems {
    const ROWS: &'static str = "rejected";
    type Worker = Pairing;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Pairing, Fault> {
        let prompt = Template::new(&self.prompt, Vec::new()).map_err(|error| Fault::node(error.to_string()))?;
        let mut chosen: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for batch in inputs.table("chosen")?.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            for row in (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)) {
                if let (Some(problem), Some(answer)) = (row.text("problem_id"), row.text(&self.answer)) {
                    chosen.entry(problem.to_owned()).or_default().push((row.id().to_owned(), answer.to_owned()));
                }
            }
        }
        chosen.values_mut().for_each(|answers| answers.sort());
        Ok(Pairing { config: self.clone(), prompt, chosen })
    }
}

#[async_trait]
impl RowWorker for Pairing {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let rejected = row.text(&self.config.answer);
        let answers = row.text("problem_id").and_then(|problem| self.chosen.get(problem));
        let others: Vec<_> =
            answers.into_iter().flatten().filter(|(_, answer)| Some(answer.as_str()) != rejected).collect();
        let (Some(rejected), false) = (rejected, others.is_empty()) else {
            emit.keep("unpaired");
            return Ok(());
        };
        // As many as fit in memory are far fewer than there are numbers, so that none is likelier.
        let drawn = context.random(row.id(), self.config.seed).next_u64() % others.len() as u64;
        let (chosen_id, chosen) = others[drawn as usize];
        let cells = [
            ("id", context.child_id([chosen_id.as_str(), row.id()], 0)),
            ("prompt", self.prompt.render(row)?),
            ("chosen", chosen.clone()),
            ("rejected", rejected.to_owned()),
            ("chosen_id", chosen_id.clone()),
            ("rejected_id", row.id().to_owned()),
        ];
        emit.push("pairs", Base::Input, cells.map(|(name, text)| (name.to_owned(), Cell::from(text))).into());
        Ok(())
    }
}

engine::operator!(row Problems);
