//! Answers that another training drew, learned in its steps: what they are worth is said anew, so that rewards, advantages
//! and losses can be compared on the same answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use engine::operator::{Complaint, Fault};
use engine::row::{Cell, Row};
use engine::table::Table;
use models::train::{Example, Teaching};

use super::Grpo;
use super::rollout::Rollout;
use super::terms::{Known, Terms};
use crate::complaints;
use crate::generate::prompt::Asking;
use crate::verify::Status;

/// Answers by the step that they were drawn in.
pub(super) struct Stored {
    steps: Vec<Vec<Vec<Rollout>>>,
}

/// The columns that answers are told by, beside those of a completion.
const COLUMNS: [&str; 10] = [
    "problem_id",
    "step",
    "sample",
    "finish",
    "status",
    "formatted",
    "tests",
    "process_score",
    "completion_tokens",
    "log_probabilities",
];

impl Stored {
    /// What the columns lack.
    pub(super) fn check(schema: &Schema, terms: &Terms) -> Vec<Complaint> {
        let counted = terms.columns.keys().filter_map(|column| {
            let field = schema.field_with_name(column);
            if field.as_ref().is_ok_and(|field| field.data_type().is_numeric()) {
                return None;
            }
            let found = field.map_or("is not there".to_owned(), |field| format!("has {}", field.data_type()));
            let message = format!("the column `{column}` of `rollouts` counts, but {found}");
            Some(Complaint::parameter("operator::no_column", &["terms", "columns", column], message, "no numbers"))
        });
        Self::lacking(schema).into_iter().chain(counted).collect()
    }

    fn lacking(schema: &Schema) -> Option<Complaint> {
        let absent: Vec<&str> =
            COLUMNS.into_iter().filter(|column| schema.column_with_name(column).is_none()).collect();
        let lists = ["completion_tokens", "log_probabilities"].into_iter().all(|column| {
            schema.field_with_name(column).is_ok_and(|field| matches!(field.data_type(), DataType::List(_)))
        });
        let complaint = |message: String| {
            let complaint = Complaint::input("operator::no_column", "rollouts", message, "no rollouts");
            complaint.help("wire the output `rollouts` of another `train.grpo`")
        };
        match absent.as_slice() {
            [] if lists => None,
            [] => Some(complaint("`completion_tokens` and `log_probabilities` must be lists".to_owned())),
            absent => Some(complaint(format!("`rollouts` has no {}", complaints::quoted(absent.iter().copied())))),
        }
    }

    /// Reads a table: at least as many steps as there are to be made.
    pub(super) fn read(table: &Table, config: &Grpo, teaching: &Teaching) -> Result<Self, Fault> {
        let mut steps: BTreeMap<i64, Vec<Vec<Rollout>>> = BTreeMap::new();
        for batch in table.batches() {
            let batch = Arc::new(batch?);
            for index in 0..batch.num_rows() {
                let row = Row::new(batch.clone(), index);
                let fault = |fault: Fault| Fault::node(format!("rollout `{}`: {fault}", row.id()));
                let rollout = rollout(&row, config, teaching).map_err(fault)?;
                let groups = steps.entry(row.integer("step").unwrap_or_default()).or_default();
                match groups.last_mut().filter(|group| group[0].problem == rollout.problem) {
                    Some(group) => group.push(rollout),
                    None => groups.push(vec![rollout]),
                }
            }
        }
        let steps: Vec<_> = steps.into_values().collect();
        if (steps.len() as u64) < config.steps {
            let (there, wanted) = (steps.len(), config.steps);
            return Err(Fault::node(format!("`rollouts` has {there} steps, but `steps` is {wanted}")));
        }
        Ok(Self { steps })
    }

    /// The groups of a step, counted from zero.
    pub(super) fn step(&self, index: u64) -> Vec<Vec<Rollout>> {
        self.steps[index as usize].clone()
    }
}

fn rollout(row: &Row, config: &Grpo, teaching: &Teaching) -> Result<Rollout, Fault> {
    let text = |column: &str| row.text(column).unwrap_or_default().to_owned();
    let said = config.system.iter().map(|system| ("system".to_owned(), system.clone()));
    let said: Vec<(String, String)> = said.chain([("user".to_owned(), text("prompt"))]).collect();
    let prompt = teaching.prompt(&Asking::said(&said, config.format));
    let prompt = prompt.map_err(|error| Fault::node(error.to_string()))?;
    let step = row.integer("step").and_then(|step| u64::try_from(step).ok()).unwrap_or(0);
    let tokens: Vec<u32> = numbers(&row.cell("completion_tokens"))?.into_iter().map(|token| token as u32).collect();
    let known = Known {
        formatted: row.cell("formatted") == Cell::Boolean(true),
        status: Status::of_name(&text("status")).ok_or_else(|| Fault::row("`status` is none of a verdict's"))?,
        tests: row.float("tests").unwrap_or(0.0),
        tokens: tokens.len(),
        python: row.float("term_python"),
        columns: columns(row, config)?,
        process: row.float("process_score"),
    };
    let drawn: Vec<f32> = numbers(&row.cell("log_probabilities"))?.into_iter().map(|number| number as f32).collect();
    if tokens.is_empty() || tokens.len() != drawn.len() {
        let (tokens, drawn) = (tokens.len(), drawn.len());
        return Err(Fault::row(format!("it has {tokens} `completion_tokens`, but {drawn} `log_probabilities`")));
    }
    Ok(Rollout {
        prompt: text("prompt"),
        completion: text("completion"),
        problem: text("problem_id"),
        sample: row.integer("sample").and_then(|sample| u64::try_from(sample).ok()).unwrap_or(0),
        example: Example::completion(&prompt, &tokens),
        drawn,
        truncated: row.text("finish") == Some("length"),
        worth: config.terms.at(step.saturating_sub(1)).of(&known, config.max_tokens),
        known,
        advantage: 0.0,
    })
}

/// The weighted sum of the columns that count.
fn columns(row: &Row, config: &Grpo) -> Result<f64, Fault> {
    let weighed = config.terms.columns.iter().map(|(column, weight)| {
        let number = row.float(column).or_else(|| row.integer(column).map(|number| number as f64));
        let number = number.ok_or_else(|| Fault::row(format!("`{column}` is null, and counts")))?;
        Ok(weight * number)
    });
    weighed.sum()
}

fn numbers(cell: &Cell) -> Result<Vec<f64>, Fault> {
    let Cell::List(items) = cell else { return Err(Fault::row("a list of numbers is null")) };
    let number = |item: &Cell| match item {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Float(number) => Some(*number),
        _ => None,
    };
    items
        .iter()
        .map(number)
        .collect::<Option<_>>()
        .ok_or_else(|| Fault::row("a list of numbers has something else in it"))
}
