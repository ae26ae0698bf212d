//! `table.split`: parts for training, validation and test.

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::keys::Keys;
use crate::complaints;
use crate::row::identified;

/// The output ports, in the order in which the range of random numbers is dealt out.
const PARTS: [&str; 3] = ["train", "validation", "test"];

/// How far the fractions may be from one: what adding decimal numbers loses.
const TOLERANCE: f64 = 1e-9;

/// Splits rows into parts for training, validation and test.
///
/// # What it does
/// Sends every row to `train`, `validation` or `test` by a random number made of the seed and the value of the column
/// `by`: rows of one value never end in two parts. The fractions are probabilities: parts are as large as they say on
/// average over values, not exactly. Rows stay in the input's order. A part whose fraction is above zero and that ends
/// empty is a fault of the node.
///
/// # Why
/// Two answers to one problem, one in training and one in validation, make the validation worthless; split by the
/// problem. A value's part depends on nothing else, so that rows appended later move none of the earlier ones.
///
/// # Example
/// ```yaml
/// parts:
///   op: table.split
///   inputs: pairs
///   with: {by: problem_id, train: 0.9, validation: 0.1}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The column whose values stay together.
    #[serde(default = "default_by")]
    pub by: String,
    /// The part for training. The three fractions add up to 1.
    #[serde(default = "default_train")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub train: f64,
    /// The part to choose by while training.
    #[serde(default = "default_validation")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub validation: f64,
    /// The part to measure on at the end.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub test: f64,
    /// Another number makes another split under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_by() -> String {
    "id".to_owned()
}

fn default_train() -> f64 {
    0.9
}

fn default_validation() -> f64 {
    0.1
}

impl Operator for Split {
    const NAME: &'static str = "table.split";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows to split.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let port = |name, doc| OutputPort::new(name, doc, OutputType::Same("rows")).may_be_empty();
        vec![
            port("train", "The rows to train on."),
            port("validation", "The rows to choose by."),
            port("test", "The rows to measure on."),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = Vec::new();
        let sum: f64 = self.fractions().iter().sum();
        if (sum - 1.0).abs() > TOLERANCE {
            let message = format!("`train`, `validation` and `test` add up to {sum}, not to 1");
            complaints.push(Complaint::parameter("operator::parameters", &[], message, "fractions"));
        }
        if let Some(schema) = complaints::columns(inputs, "rows")
            && schema.field_with_name(&self.by).is_err()
        {
            complaints.push(complaints::unknown_column(&["by"], &self.by, "rows", schema));
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl TableOperator for Split {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let mut rows = [0; PARTS.len()];
        for batch in inputs.table("rows")?.batches() {
            context.check_cancelled()?;
            let batch = batch?;
            let parts = self.parts(&batch, context)?;
            for (part, name) in PARTS.into_iter().enumerate() {
                let chosen: BooleanArray = parts.iter().map(|own| Some(*own == part)).collect();
                rows[part] += chosen.true_count();
                outputs.write(name, &filter_record_batch(&batch, &chosen)?)?;
            }
        }
        let mut parts = PARTS.into_iter().zip(rows).zip(self.fractions());
        match parts.find(|((_, rows), fraction)| *fraction > 0.0 && *rows == 0) {
            Some(((name, _), _)) => Err(Fault::node(format!(
                "`{name}` is empty: too few different values of `{}`; raise its fraction or set it to 0",
                self.by
            ))),
            None => Ok(()),
        }
    }
}

impl Split {
    fn fractions(&self) -> [f64; PARTS.len()] {
        [self.train, self.validation, self.test]
    }

    /// The part of every row.
    fn parts(&self, batch: &RecordBatch, context: &Context) -> Result<Vec<usize>, Fault> {
        let keys = Keys::of(batch, [self.by.as_str()])?;
        Ok((0..batch.num_rows()).map(|row| self.part(keys.key(row), context)).collect())
    }

    /// The part of a value: the range from 0 to 1 is dealt out in the order of the parts.
    fn part(&self, key: u128, context: &Context) -> usize {
        let bits = context.random(&format!("{key:032x}"), self.seed).next_u64() >> 11;
        let number = bits as f64 / (1_u64 << 53) as f64;
        let fractions = self.fractions();
        let mut end = 0.0;
        for (part, fraction) in fractions.into_iter().enumerate() {
            end += fraction;
            if number < end {
                return part;
            }
        }
        fractions.iter().rposition(|fraction| *fraction > 0.0).unwrap_or(0)
    }
}

engine::operator!(table Split);
