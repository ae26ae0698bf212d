//! `table.group`: one row for all rows that share values.

mod accumulate;
mod count;
mod fold;
mod gather;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::accumulate::{Accumulate, Rows, accumulator};
use self::gather::Chunks;
use super::keys::Keys;
use crate::complaints;
use crate::row::identified;

/// Makes one row of all rows that have equal values in some columns.
///
/// # What it does
/// Gives a row for every combination of values in the columns `by`, in the order in which they first occur: these
/// columns, and one for each entry of `aggregate`. Null is a value like any other in `by`. Without `by` there is one row
/// for all.
///
/// - `count`: rows, or with a `column` the rows in which it is not null.
/// - `count_distinct`: different values that are not null.
/// - `sum`, `mean`, `min`, `max`: over the values that are not null; null where there are none. `sum` of integers is an
///   integer, and one that does not fit into 64 bits is a fault. `min` and `max` take texts too.
/// - `first`: the value in the group's first row, null or not.
/// - `list`: all values in order, nulls too.
///
/// A group's `id` is made of its values in `by`, so that it stays when rows are added to it. `list` holds its column in
/// memory, the others one value a group.
///
/// # Why
/// How many answers passed, the best score of a problem, all answers to it as one list.
///
/// # Example
/// ```yaml
/// solved:
///   op: table.group
///   inputs: verdicts
///   with:
///     by: [problem_id]
///     aggregate:
///       samples: {function: count}
///       rate: {function: mean, column: score}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The columns whose values make a group; none for one group of all rows.
    #[serde(default)]
    pub by: Vec<String>,
    /// The columns of the output beside those: how each is computed, by its name.
    pub aggregate: IndexMap<String, Aggregate>,
}

/// How a column of the output is computed.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// What is computed.
    pub function: Function,
    /// The column over which; only `count` does without.
    #[serde(default)]
    pub column: Option<String>,
}

/// What is computed over the rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// How many rows, or values that are not null.
    Count,
    /// How many different values that are not null.
    CountDistinct,
    /// The sum of numbers.
    Sum,
    /// The arithmetic mean of numbers.
    Mean,
    /// The smallest number or text.
    Min,
    /// The largest number or text.
    Max,
    /// The value in the first row.
    First,
    /// All values in order.
    List,
}

impl Operator for Group {
    const NAME: &'static str = "table.group";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows to bring together.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`id`, the columns of `by`, and one column for each entry of `aggregate`.";
        vec![OutputPort::new("rows", "One row a group.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let Some(schema) = complaints::columns(inputs, "rows") else { return Ok([("rows".to_owned(), None)].into()) };
        let mut complaints = Vec::new();
        let mut fields = vec![Field::new("id", DataType::Utf8, false)];
        for (index, name) in self.by.iter().enumerate() {
            match schema.field_with_name(name) {
                Ok(field) if name != "id" => fields.push(field.clone()),
                Ok(_) => {}
                Err(_) => {
                    complaints.push(complaints::unknown_column(&["by", &index.to_string()], name, "rows", schema))
                }
            }
        }
        for (name, aggregate) in &self.aggregate {
            if fields.iter().any(|field| field.name() == name) {
                let message = format!("the output has a column `{name}` already: choose another name");
                complaints.push(Complaint::parameter("operator::parameters", &["aggregate", name], message, "taken"));
            }
            match aggregate.field(name, schema) {
                Ok(field) => fields.push(field),
                Err(complaint) => complaints.push(*complaint),
            }
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        Ok([("rows".to_owned(), Some(PortType::Columns(Arc::new(Schema::new(fields)))))].into())
    }
}

impl TableOperator for Group {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let table = inputs.table("rows")?;
        let mut groups = Groups::new(self, &table.schema)?;
        for batch in table.batches() {
            context.check_cancelled()?;
            groups.add(&batch?)?;
        }
        let schema = outputs.schema("rows")?;
        let columns = groups.finish(context)?;
        let columns = schema.fields().iter().map(|field| {
            let column = columns.get(field.name());
            column.cloned().ok_or_else(|| Fault::node(format!("there is no column `{}`", field.name())))
        });
        let batch = RecordBatch::try_new(schema.clone(), columns.collect::<Result<Vec<_>, _>>()?)?;
        outputs.write("rows", &batch)
    }
}

impl Aggregate {
    /// The output's column.
    fn field(&self, name: &str, schema: &Schema) -> Result<Field, Box<Complaint>> {
        let path = ["aggregate", name, "column"];
        let Some(column) = &self.column else {
            if self.function == Function::Count {
                return Ok(Field::new(name, DataType::Int64, false));
            }
            let message = format!("`{name}` needs a `column` to compute over");
            let path = ["aggregate", name];
            return Err(Box::new(Complaint::parameter("operator::parameters", &path, message, "no `column`")));
        };
        let Ok(field) = schema.field_with_name(column) else {
            return Err(Box::new(complaints::unknown_column(&path, column, "rows", schema)));
        };
        let data_type = field.data_type();
        match accumulate::result_type(self.function, data_type) {
            Ok(result) => Ok(Field::new(name, result, accumulate::may_be_null(self.function, field))),
            Err(wanted) => Err(Box::new(complaints::column_type(&path, column, data_type, wanted))),
        }
    }
}

/// The groups met so far, numbered in the order in which they came.
struct Groups<'a> {
    settings: &'a Group,
    numbers: HashMap<u128, usize>,
    values: Vec<Chunks>,
    accumulators: Vec<Box<dyn Accumulate>>,
}

impl<'a> Groups<'a> {
    fn new(settings: &'a Group, schema: &Schema) -> Result<Self, Fault> {
        let type_of = |name: &str| schema.field_with_name(name).map(|field| field.data_type().clone());
        let values = settings.by.iter().map(|name| Ok(Chunks::new(type_of(name)?)));
        let accumulators = settings.aggregate.values().map(|aggregate| {
            let data_type = aggregate.column.as_deref().map(type_of).transpose()?;
            Ok(accumulator(aggregate.function, &data_type.unwrap_or(DataType::Null)))
        });
        let accumulators = accumulators.collect::<Result<_, Fault>>()?;
        Ok(Self { settings, numbers: HashMap::new(), values: values.collect::<Result<_, Fault>>()?, accumulators })
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        let keys = Keys::of(batch, self.settings.by.iter().map(String::as_str))?;
        let mut first = Vec::new();
        let mut groups = Vec::with_capacity(batch.num_rows());
        for (row, place) in (0..batch.num_rows()).zip(0_u32..) {
            let next = self.numbers.len();
            let group = *self.numbers.entry(keys.key(row)).or_insert(next);
            if group == next {
                first.push(place);
            }
            groups.push(group);
        }
        let first = UInt32Array::from(first);
        for (name, chunks) in self.settings.by.iter().zip(&mut self.values) {
            chunks.push(take(column(batch, name)?, &first, None)?);
        }
        let rows = Rows { groups: &groups, first: &first, count: self.numbers.len() };
        for (aggregate, accumulator) in self.settings.aggregate.values().zip(&mut self.accumulators) {
            let column = aggregate.column.as_ref().map(|name| column(batch, name)).transpose()?;
            accumulator.add(column, &rows)?;
        }
        Ok(())
    }

    /// The output's columns by name.
    fn finish(self, context: &Context) -> Result<IndexMap<String, ArrayRef>, Fault> {
        let groups = self.numbers.len();
        let mut keys = vec![0_u128; groups];
        for (key, number) in &self.numbers {
            keys[*number] = *key;
        }
        let ids: StringArray =
            keys.iter().map(|key| Some(context.child_id([format!("{key:032x}").as_str()], 0))).collect();
        let mut columns: IndexMap<String, ArrayRef> = IndexMap::new();
        columns.insert("id".to_owned(), Arc::new(ids));
        for (name, chunks) in self.settings.by.iter().zip(self.values) {
            columns.insert(name.clone(), chunks.concat()?);
        }
        for (name, accumulator) in self.settings.aggregate.keys().zip(self.accumulators) {
            columns.insert(name.clone(), accumulator.finish(groups)?);
        }
        Ok(columns)
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, Fault> {
    batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")))
}

engine::operator!(table Group);
