//! `evaluate.agreement`: how far two judges agree.

mod kappa;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Row;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::kappa::Judgements;
use super::Metric;
use crate::complaints;
use crate::row::identified;

/// Measures how far two judges agree.
///
/// # What it does
/// Compares two text columns. `metrics` has `agreement`, the share of rows in which both are the same, and `kappa`, Cohen's:
/// how far that is above what two judges would agree by chance who use each word as often, as a part of all that they could.
/// It is missing where both always say the same one word. `rows` is how many were compared; a row in which either is null is
/// not. `counts` has each pair of words and how often it came up.
///
/// # Why
/// Labels of people are worth what they agree on: 0.61 to 0.80 is called substantial (Landis and Koch 1977).
///
/// # Example
/// ```yaml
/// agreement: {op: evaluate.agreement, inputs: answered, with: {first: first, second: second}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// A column with one judge's words.
    #[schemars(length(min = 1))]
    pub first: String,
    /// The other's.
    #[schemars(length(min = 1))]
    pub second: String,
}

impl Operator for Agreement {
    const NAME: &'static str = "evaluate.agreement";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "What was judged twice.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let columns = [("first", DataType::Utf8), ("second", DataType::Utf8), ("rows", DataType::Int64)];
        let fields: Vec<Field> = columns.map(|(name, data_type)| Field::new(name, data_type, false)).into();
        let counts = PortType::Columns(Schema::new(fields).into());
        vec![
            OutputPort::new("metrics", "What was measured.", OutputType::Is(PortType::rows("Metric"))),
            OutputPort::new("counts", "How often each pair of words came up.", OutputType::Is(counts)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let Some(schema) = complaints::columns(inputs, "rows") else {
            return Ok(declared_types(&Self::outputs(), inputs));
        };
        let wanted = [("first", &self.first), ("second", &self.second)].into_iter();
        let complaints = wanted.filter_map(|(parameter, column)| {
            complaints::misfit(&[parameter], column, "rows", schema, (complaints::is_text, "text"))
        });
        let complaints: Vec<_> = complaints.collect();
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl TableOperator for Agreement {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let mut judgements = Judgements::default();
        for batch in inputs.table("rows")?.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            for row in (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)) {
                if let (Some(first), Some(second)) = (row.text(&self.first), row.text(&self.second)) {
                    judgements.add(first, second);
                }
            }
        }
        let id = |parts: [&str; 2]| context.child_id(parts, 0);
        let metric = |(name, value)| Metric::new(name, None, value, &id);
        let metrics: Vec<Metric> = judgements.metrics().into_iter().map(metric).collect();
        outputs.write_rows("metrics", &metrics)?;
        outputs.write_rows("counts", &judgements.counts())
    }
}

engine::operator!(table Agreement);
