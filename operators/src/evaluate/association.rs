//! `evaluate.association`: whether two things that are true or not go together.

mod table;

#[cfg(test)]
mod tests;

use arrow::array::types::Float64Type;
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::table::Table;
use super::Metric;
use crate::complaints;

/// Measures whether two things that are true or not of a row go together.
///
/// # What it does
/// Counts the rows by two columns, each of which is a boolean or the number 1 or 0, and tests whether one tells anything of
/// the other. A row in which either is null says nothing and is left out, such as one whose program could not be judged.
///
/// `metrics` has `chi_square`, Pearson's statistic, and `p`, how often as much or more would come of chance;
/// `chi_square.yates` and `p.yates` are the same with Yates's correction for continuity. `odds_ratio` is how many times
/// greater the odds of the second are where the first is true; it is missing where one of the four counts is zero, and so
/// are the tests where a whole row or column is. `rows` is how many were counted, `left_out` how many were not. `counts` has
/// the four counts.
///
/// # Why
/// Whether sound reasoning and right programs go together is the premise of rewards for reasoning (ReCode, appendix A.4,
/// <https://arxiv.org/abs/2508.05170>). Of the counts that it prints, 3133, 8376, 5051 and 16586, scipy makes p = 6.4e-15, or
/// 7.2e-15 with the correction; the paper says 9.3e-15.
///
/// # Example
/// ```yaml
/// premise:
///   op: evaluate.association
///   inputs: judged
///   with: {first: score, second: passed}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Association {
    /// A column of booleans, or of ones and zeros: whether the reasoning is sound.
    #[schemars(length(min = 1))]
    pub first: String,
    /// Another: whether the program passes.
    #[schemars(length(min = 1))]
    pub second: String,
}

/// One of the four counts, as the output has it.
#[derive(Debug, Serialize)]
struct Count {
    first: bool,
    second: bool,
    rows: u64,
}

impl Operator for Association {
    const NAME: &'static str = "evaluate.association";
    /// 2: the metric `left_out`.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows that are counted.", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        let columns = [("first", DataType::Boolean), ("second", DataType::Boolean), ("rows", DataType::Int64)];
        let fields: Vec<Field> = columns.map(|(name, data_type)| Field::new(name, data_type, false)).into();
        let counts = PortType::Columns(Schema::new(fields).into());
        vec![
            OutputPort::new("metrics", "What was measured.", OutputType::Is(PortType::rows("Metric"))),
            OutputPort::new("counts", "How many rows there are of each kind.", OutputType::Is(counts)),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let Some(schema) = complaints::columns(inputs, "rows") else {
            return Ok(declared_types(&Self::outputs(), inputs));
        };
        let fits = |data_type: &DataType| *data_type == DataType::Boolean || complaints::is_number(data_type);
        let wanted = [("first", &self.first), ("second", &self.second)].into_iter();
        let complaints = wanted.filter_map(|(parameter, column)| {
            complaints::misfit(&[parameter], column, "rows", schema, (fits, "a boolean or a number"))
        });
        let complaints: Vec<_> = complaints.collect();
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl TableOperator for Association {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let (mut table, mut left_out) = (Table::default(), 0_u32);
        for batch in inputs.table("rows")?.columns(&[self.first.as_str(), self.second.as_str()]) {
            context.check_cancelled()?;
            let batch = batch?;
            let (first, second) = (truths(&batch, &self.first)?, truths(&batch, &self.second)?);
            first.iter().zip(second.iter()).for_each(|pair| match pair {
                (Some(first), Some(second)) => table.add([first, second]),
                _ => left_out += 1,
            });
        }
        let id = |parts: [&str; 2]| context.child_id(parts, 0);
        let metric = |(name, value)| Metric::new(name, None, value, &id);
        let left_out = ("left_out", f64::from(left_out));
        let metrics: Vec<Metric> = table.metrics().into_iter().chain([left_out]).map(metric).collect();
        let counts = table.counts().map(|([first, second], rows)| Count { first, second, rows });
        outputs.write_rows("metrics", &metrics)?;
        outputs.write_rows("counts", &counts.collect::<Vec<_>>())
    }
}

/// What is true in a column.
fn truths(batch: &RecordBatch, column: &str) -> Result<BooleanArray, Fault> {
    let found = batch.column_by_name(column).ok_or_else(|| Fault::node(format!("there is no column `{column}`")))?;
    if let Some(truths) = found.as_boolean_opt() {
        return Ok(truths.clone());
    }
    let numbers = cast(found, &DataType::Float64)?;
    let truth = |number: Option<f64>| match number {
        None => Ok(None),
        Some(1.0) => Ok(Some(true)),
        Some(0.0) => Ok(Some(false)),
        Some(other) => {
            Err(Fault::node(format!("column `{column}` has {other}, which is neither true (1) nor false (0)")))
        }
    };
    numbers.as_primitive::<Float64Type>().iter().map(truth).collect()
}

engine::operator!(table Association);
