//! `filter.sample`: some rows, by chance.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{filter_record_batch, not};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Row, RowDigest};
use engine::table::Table;
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complaints;
use crate::row::identified;

/// Keeps a number or a fraction of the rows, chosen by chance.
///
/// # What it does
/// Gives every row a random number made of the seed and the row's id, and keeps the rows with the smallest: `count` of
/// them, or `fraction` of all, rounded to the nearest row. With `by`, that many of every value of a column. The kept
/// rows stay in the input's order; the others go to `removed`. Fewer rows than `count` are all kept.
///
/// # Why
/// A row's number depends on nothing but its id, so that the choice hardly changes when rows are appended, and two
/// nodes with the same seed choose alike; drawing positions would choose anew whenever the input grows.
///
/// # Example
/// ```yaml
/// few:
///   op: filter.sample
///   inputs: problems
///   with: {count: 100, by: difficulty}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// How many rows to keep; with `by`, how many of every value. Either this or `fraction`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub count: Option<u64>,
    /// Which part of the rows to keep, above 0 and at most 1. Either this or `count`.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub fraction: Option<f64>,
    /// A column whose values are sampled each on their own (stratified); null is a value too.
    #[serde(default)]
    pub by: Option<String>,
    /// Another number makes another choice under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// How many rows of a group stay.
#[derive(Clone, Copy)]
enum Size {
    Count(u64),
    Fraction(f64),
}

impl Operator for Sample {
    const NAME: &'static str = "filter.sample";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows to choose from.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![
            OutputPort::new("rows", "The chosen rows.", OutputType::Same("rows")),
            OutputPort::new("removed", "The other rows.", OutputType::Same("rows")).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints: Vec<_> = self.size().err().into_iter().map(|complaint| *complaint).collect();
        if let (Some(by), Some(schema)) = (&self.by, complaints::columns(inputs, "rows"))
            && schema.field_with_name(by).is_err()
        {
            complaints.push(complaints::unknown_column(&["by"], by, "rows", schema));
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl TableOperator for Sample {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let table = inputs.table("rows")?;
        let kept = self.choose(table, context)?;
        let mut start = 0;
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = batch?;
            let stays = BooleanArray::from(kept[start..start + batch.num_rows()].to_vec());
            start += batch.num_rows();
            outputs.write("rows", &filter_record_batch(&batch, &stays)?)?;
            outputs.write("removed", &filter_record_batch(&batch, &not(&stays)?)?)?;
        }
        Ok(())
    }
}

impl Sample {
    fn size(&self) -> Result<Size, Box<Complaint>> {
        let complaint = |parameter: &str, message: &str| {
            Box::new(Complaint::parameter("operator::parameters", &[parameter], message, "here"))
        };
        match (self.count, self.fraction) {
            (Some(count), None) => Ok(Size::Count(count)),
            (None, Some(fraction)) if fraction > 0.0 && fraction <= 1.0 => Ok(Size::Fraction(fraction)),
            (None, Some(_)) => Err(complaint("fraction", "`fraction` must be above 0 and at most 1")),
            (Some(_), Some(_)) => Err(complaint("fraction", "`count` and `fraction` exclude each other: remove one")),
            (None, None) => {
                let message = "how many rows to keep is not said: give `count` or `fraction`";
                Err(Box::new(Complaint::parameter("operator::parameters", &[], message, "neither is given")))
            }
        }
    }

    /// For every row whether it stays.
    fn choose(&self, table: &Table, context: &Context) -> Result<Vec<bool>, Fault> {
        let size = self.size().map_err(|complaint| Fault::node(complaint.message))?;
        let mut groups: HashMap<u128, Vec<(u64, usize)>> = HashMap::new();
        let mut row = 0;
        for batch in table.batches() {
            context.check_cancelled()?;
            self.draw(&batch?, context, &mut row, &mut groups)?;
        }
        let mut kept = vec![false; row];
        for mut draws in groups.into_values() {
            let wanted = match size {
                Size::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
                Size::Fraction(fraction) => (draws.len() as f64 * fraction).round() as usize,
            };
            if wanted < draws.len() {
                draws.select_nth_unstable(wanted);
                draws.truncate(wanted);
            }
            draws.into_iter().for_each(|(_, row)| kept[row] = true);
        }
        Ok(kept)
    }

    /// Every row's random number and its place, by group.
    fn draw(
        &self,
        batch: &RecordBatch,
        context: &Context,
        row: &mut usize,
        groups: &mut HashMap<u128, Vec<(u64, usize)>>,
    ) -> Result<(), Fault> {
        let column = |name: &String| {
            batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")))
        };
        let group = RowDigest::new(self.by.as_ref().map(column).transpose()?);
        let shared = Arc::new(batch.clone());
        for index in 0..batch.num_rows() {
            let number = context.random(Row::new(shared.clone(), index).id(), self.seed).next_u64();
            groups.entry(group.of(index)).or_default().push((number, *row));
            *row += 1;
        }
        Ok(())
    }
}

engine::operator!(table Sample);
