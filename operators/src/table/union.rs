//! `table.union`: the rows of several tables, one after the other.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complaints;
use crate::row::identified;

/// Puts the rows of several inputs one after the other.
///
/// # What it does
/// Gives the rows of every input, in the alphabetical order of the inputs' names, each input's in its own order. The
/// output has every column that any input has; rows of inputs without it have null there. A column must have the same
/// type wherever it occurs. With `columns: strict` all inputs must have the same columns. `origin` adds a column with
/// the name of the input that a row came by. Rows keep their ids: a row that comes by two inputs is there twice, which
/// `filter.dedup` with `columns: [id]` undoes.
///
/// Inputs of one row type give that type; of different ones, rows without a type.
///
/// # Why
/// Training data comes from several places, and where a row came from must not be lost on the way.
///
/// # Example
/// ```yaml
/// pool:
///   op: table.union
///   inputs: {written: problems, found: heldout}
///   with: {origin: collection}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Union {
    /// What becomes of columns that not every input has.
    #[serde(default)]
    pub columns: Columns,
    /// The name of a column to add: it tells which input a row came by.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub origin: Option<String>,
}

/// What becomes of columns that not every input has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Columns {
    /// They are null where an input has none.
    #[default]
    Superset,
    /// They are a fault.
    Strict,
}

impl Operator for Union {
    const NAME: &'static str = "table.union";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::named("tables", "The tables, each under a name of yours.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "Every column of every input, and `origin`'s.";
        vec![OutputPort::new("rows", "All rows.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let known = inputs.iter().map(|(port, input)| Some((port.as_str(), input.port_type.as_ref()?)));
        let Some(known) = known.collect::<Option<Vec<_>>>() else { return Ok([("rows".to_owned(), None)].into()) };
        let mut complaints = Vec::new();
        let fields = self.merge(&known, &mut complaints);
        if let Some(origin) = self.origin.as_ref().filter(|origin| fields.iter().any(|field| field.name() == *origin)) {
            let message = format!("an input has a column `{origin}` already");
            complaints.push(Complaint::parameter("operator::parameters", &["origin"], message, "taken"));
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let origin = self.origin.as_ref().map(|origin| Field::new(origin, DataType::Utf8, false));
        let schema = Arc::new(Schema::new(fields.into_iter().chain(origin).collect::<Vec<_>>()));
        Ok([("rows".to_owned(), Some(common_type(&known, schema)))].into())
    }
}

impl TableOperator for Union {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let schema = outputs.schema("rows")?;
        for (port, table) in inputs.named_tables(&[]) {
            for batch in table.batches() {
                context.check_cancelled()?;
                outputs.write("rows", &self.widen(&batch?, port, &schema)?)?;
            }
        }
        Ok(())
    }
}

impl Union {
    /// Every column of every input, in the order in which they are met.
    fn merge(&self, inputs: &[(&str, &PortType)], complaints: &mut Vec<Complaint>) -> Vec<Field> {
        let mut merged: Vec<(Field, &str)> = Vec::new();
        for (port, schema) in inputs.iter().filter_map(|(port, input)| Some((*port, input.schema()?))) {
            for field in schema.fields() {
                match merged.iter_mut().find(|(known, _)| known.name() == field.name()) {
                    None => merged.push((field.as_ref().clone(), port)),
                    Some((known, of)) => match common(known, field) {
                        Some(common) => *known = common,
                        None => complaints.push(retyped(known, of, field, port)),
                    },
                }
            }
        }
        let lacks = |field: &Field| inputs.iter().find(|(_, input)| lacks(input, field.name())).map(|(port, _)| *port);
        let mut fields = Vec::new();
        for (field, of) in merged {
            match lacks(&field) {
                Some(port) if self.columns == Columns::Strict => complaints.push(missing(&field, of, port)),
                Some(_) => fields.push(field.with_nullable(true)),
                None => fields.push(field),
            }
        }
        fields
    }

    /// A batch with all columns of the output.
    fn widen(&self, batch: &RecordBatch, port: &str, schema: &SchemaRef) -> Result<RecordBatch, Fault> {
        let rows = batch.num_rows();
        let columns = schema.fields().iter().map(|field| -> ArrayRef {
            match batch.column_by_name(field.name()) {
                Some(column) if column.data_type() == field.data_type() => column.clone(),
                _ if self.origin.as_ref() == Some(field.name()) => Arc::new(StringArray::from(vec![port; rows])),
                // Not there, or there without a value in any row.
                _ => new_null_array(field.data_type(), rows),
            }
        });
        Ok(RecordBatch::try_new(schema.clone(), columns.collect())?)
    }
}

/// One type for two columns: the same, or the other where one is always null.
fn common(one: &Field, other: &Field) -> Option<Field> {
    let nullable = one.is_nullable() || other.is_nullable();
    match (one.data_type(), other.data_type()) {
        (own, theirs) if own == theirs => Some(one.clone().with_nullable(nullable)),
        (DataType::Null, _) => Some(other.clone().with_nullable(true)),
        (_, DataType::Null) => Some(one.clone().with_nullable(true)),
        _ => None,
    }
}

fn lacks(input: &PortType, column: &str) -> bool {
    input.schema().is_none_or(|schema| schema.field_with_name(column).is_err())
}

fn retyped(known: &Field, of: &str, field: &Field, port: &str) -> Complaint {
    let (own, theirs) = (complaints::type_name(known.data_type()), complaints::type_name(field.data_type()));
    let message = format!("column `{}` is {own} in `{of}` and {theirs} in `{port}`", field.name());
    let complaint = Complaint::input("operator::column_type", port, message, format!("`{}` is {theirs}", field.name()));
    complaint.help("give it one type where it is read: sources take `types`")
}

fn missing(field: &Field, of: &str, port: &str) -> Complaint {
    let message = format!("`{port}` lacks the column `{}` that `{of}` has", field.name());
    let complaint = Complaint::input("operator::unknown_column", port, message, "not the same columns");
    complaint.help("with `columns: superset` it is null in these rows")
}

/// The nominal type that all inputs have, or none.
fn common_type(inputs: &[(&str, &PortType)], schema: SchemaRef) -> PortType {
    let name = |input: &PortType| match input {
        PortType::Rows { name, .. } => Some(name.clone()),
        _ => None,
    };
    let first = inputs.first().and_then(|(_, input)| name(input));
    match first.filter(|first| inputs.iter().all(|(_, input)| name(input).as_ref() == Some(first))) {
        Some(name) => PortType::Rows { name, schema },
        None => PortType::Columns(schema),
    }
}

engine::operator!(table Union);
