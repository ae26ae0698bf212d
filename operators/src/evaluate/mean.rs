//! `evaluate.mean`: means of columns, in all and by group.

use std::collections::BTreeMap;

use arrow::array::types::Float64Type;
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Metric, NO_GROUP};
use crate::complaints;

/// Averages columns, such as how many tokens an answer took.
///
/// # What it does
/// `metrics` has a row for each column, named as the column: the mean over all rows, in which each counts the same. With
/// `by` there is a row for each value of that column before it, which stands in `group`, and `NAME.mean_of_groups`, the mean
/// of these. Null counts in no mean.
///
/// # Why
/// A policy that passes more with fewer tokens reasons better, and one that passes more with more of them may only search
/// longer: what an answer cost belongs beside what it was worth (ReCode, table 8).
///
/// # Example
/// ```yaml
/// tokens: {op: evaluate.mean, inputs: answers, with: {columns: [completion_tokens], by: difficulty}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mean {
    /// Columns of numbers or booleans.
    #[schemars(length(min = 1), inner(length(min = 1)))]
    pub columns: Vec<String>,
    /// A column whose values are averaged each on their own too, such as `difficulty`.
    #[serde(default)]
    pub by: Option<String>,
}

/// Numbers, added up.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    sum: f64,
    count: u64,
}

impl Total {
    fn add(&mut self, number: f64) {
        self.sum += number;
        self.count += 1;
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

impl Operator for Mean {
    const NAME: &'static str = "evaluate.mean";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows that are averaged.", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("metrics", "The means.", OutputType::Is(PortType::rows("Metric")))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let types = || declared_types(&Self::outputs(), inputs);
        let Some(schema) = complaints::columns(inputs, "rows") else { return Ok(types()) };
        let fits = |data_type: &DataType| *data_type == DataType::Boolean || complaints::is_number(data_type);
        let averaged = self
            .columns
            .iter()
            .filter_map(|column| complaints::misfit(&["columns"], column, "rows", schema, (fits, "a number")));
        let by = self.by.as_deref().filter(|by| schema.column_with_name(by).is_none());
        let complaints: Vec<_> =
            averaged.chain(by.map(|by| complaints::unknown_column(&["by"], by, "rows", schema))).collect();
        if complaints.is_empty() { Ok(types()) } else { Err(complaints) }
    }
}

impl TableOperator for Mean {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let mut totals: Vec<BTreeMap<String, Total>> = vec![BTreeMap::new(); self.columns.len()];
        let columns: Vec<&str> = self.columns.iter().chain(&self.by).map(String::as_str).collect();
        for batch in inputs.table("rows")?.columns(&columns) {
            context.check_cancelled()?;
            let batch = batch?;
            let column = |name: &str| {
                batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")))
            };
            let by = self.by.as_deref().map(column).transpose()?;
            let options = FormatOptions::default();
            let groups = by.map(|by| ArrayFormatter::try_new(by.as_ref(), &options)).transpose()?;
            for (name, totals) in self.columns.iter().zip(&mut totals) {
                let numbers = cast(column(name)?, &DataType::Float64)?;
                for (row, number) in numbers.as_primitive::<Float64Type>().iter().enumerate() {
                    let group = groups.as_ref().filter(|_| by.is_some_and(|by| by.is_valid(row)));
                    let group = group.map_or_else(|| NO_GROUP.to_owned(), |groups| groups.value(row).to_string());
                    let total = totals.entry(group).or_default();
                    number.into_iter().for_each(|number| total.add(number));
                }
            }
        }
        let named = self.columns.iter().zip(&totals);
        let metrics: Vec<Metric> = named.flat_map(|(name, totals)| self.metrics(name, totals, context)).collect();
        outputs.write_rows("metrics", &metrics)
    }
}

impl Mean {
    /// A column's means; that of all rows comes last of its name.
    fn metrics(&self, name: &str, totals: &BTreeMap<String, Total>, context: &Context) -> Vec<Metric> {
        let id = |parts: [&str; 2]| context.child_id(parts, 0);
        let metric = |name: &str, group: Option<&str>, value: Option<f64>| Some(Metric::new(name, group, value?, &id));
        let mut metrics = Vec::new();
        if self.by.is_some() {
            metrics.extend(totals.iter().map(|(group, total)| metric(name, Some(group), total.mean())));
            let mut means = Total::default();
            totals.values().filter_map(|total| total.mean()).for_each(|mean| means.add(mean));
            metrics.push(metric(&format!("{name}.mean_of_groups"), None, means.mean()));
        }
        let add = |all: Total, one: &Total| Total { sum: all.sum + one.sum, count: all.count + one.count };
        metrics.push(metric(name, None, totals.values().fold(Total::default(), add).mean()));
        metrics.into_iter().flatten().collect()
    }
}

engine::operator!(table Mean);
