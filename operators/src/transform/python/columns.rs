//! The columns that a user's function gives, and its values as their cells.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{Complaint, Fault};
use engine::port::{Mismatch, PortType, check, row_type};
use engine::row::Cell;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Python;
use crate::complaints;
use crate::python::PythonValue;
use crate::source::ColumnType as Single;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ColumnType {
    /// One value a row.
    Single(Single),
    /// Any number of values a row.
    List {
        /// The type of each.
        list: Single,
    },
}

/// The type of the output: `id`, the input's other columns where they pass through, the function's; of the row type that
/// is wished for, whose optional columns are null where nothing else gives them.
pub(super) fn port_type(config: &Python, rows: &PortType) -> Result<PortType, Vec<Complaint>> {
    let input: Vec<_> = rows.schema().map(|schema| schema.fields().iter().cloned().collect()).unwrap_or_default();
    let made = |name: &str| config.columns.contains_key(name);
    let passes = |field: &Arc<Field>| field.name() == "id" || (config.keep && !made(field.name()));
    let passed = input.into_iter().filter(passes);
    let own = config.columns.iter().map(|(name, column)| Arc::new(Field::new(name, column.data_type(), true)));
    let fields: Vec<_> = passed.chain(own).collect();
    let Some(name) = &config.rows else { return Ok(PortType::Columns(Arc::new(Schema::new(fields)))) };
    let row_type = complaints::row_type(name)?;
    let absent = row_type.columns.iter().map(|column| &column.field).filter(|field| field.is_nullable());
    let absent = absent.filter(|field| !fields.iter().any(|own| own.name() == field.name()));
    let schema = Schema::new(fields.iter().cloned().chain(absent.cloned().map(Arc::new)).collect::<Vec<_>>());
    let given = PortType::Rows { name: name.clone(), schema: Arc::new(schema) };
    match check(&[PortType::rows(name)], &given) {
        Ok(()) => Ok(given),
        Err(mismatch) => Err(vec![misfit(name, &mismatch)]),
    }
}

/// The function's columns that must not be null by the row type that is wished for.
pub(super) fn required(config: &Python) -> Vec<String> {
    let row_type = config.rows.as_deref().and_then(row_type);
    let columns = row_type.iter().flat_map(|row_type| &row_type.columns).map(|column| &column.field);
    let required = columns.filter(|field| !field.is_nullable() && config.columns.contains_key(field.name()));
    required.map(|field| field.name().clone()).collect()
}

fn misfit(row_type: &str, mismatch: &Mismatch) -> Complaint {
    let (message, label) = match mismatch {
        Mismatch::RetypedColumn { column, wanted, given } => {
            let (wanted, given) = (complaints::type_name(wanted), complaints::type_name(given));
            (
                format!("column `{column}` is {given}, where `{row_type}` has {wanted}"),
                format!("`{column}` does not fit"),
            )
        }
        Mismatch::MissingColumn { column } => {
            (format!("`{row_type}` needs a column `{column}`, which is not given"), format!("`{column}` is missing"))
        }
        Mismatch::Nominal => (format!("the rows are no `{row_type}`"), "another type".to_owned()),
    };
    let complaint = Complaint::parameter("operator::row_type", &["rows"], message, label);
    complaint.help("let the function give it under `columns`, or rename a column of the input before")
}

impl ColumnType {
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Single(single) => single.data_type(),
            Self::List { list } => DataType::List(Arc::new(Field::new_list_field(list.data_type(), true))),
        }
    }

    fn cell(self, value: &PythonValue) -> Option<Cell> {
        match (self, value) {
            (_, PythonValue::None) => Some(Cell::Null),
            (Self::Single(single), value) => self::single(single, value),
            (Self::List { list }, PythonValue::List(items) | PythonValue::Tuple(items)) => {
                let cells = items.iter().map(|item| match item {
                    PythonValue::None => Some(Cell::Null),
                    item => self::single(list, item),
                });
                cells.collect::<Option<Vec<_>>>().map(Cell::List)
            }
            (Self::List { .. }, _) => None,
        }
    }
}

fn single(column: Single, value: &PythonValue) -> Option<Cell> {
    match (column, value) {
        (Single::Text, PythonValue::Text(text)) => Some(Cell::Text(text.clone())),
        (Single::Integer, PythonValue::Int(number)) => i64::try_from(number).ok().map(Cell::Integer),
        (Single::Float, PythonValue::Float(number)) => Some(Cell::Float(*number)),
        (Single::Float, PythonValue::Int(number)) => {
            i64::try_from(number).ok().map(|number| Cell::Float(number as f64))
        }
        (Single::Boolean, PythonValue::Bool(value)) => Some(Cell::Boolean(*value)),
        _ => None,
    }
}

/// A dictionary's values as cells; a column that it leaves out is null.
pub(super) fn cells(columns: &IndexMap<String, ColumnType>, given: &PythonValue) -> Result<Vec<(String, Cell)>, Fault> {
    let PythonValue::Dict(pairs) = given else {
        return Err(Fault::row(format!("the function gave {} in place of a dictionary", shown(given))));
    };
    let mut cells: Vec<(String, Cell)> = columns.keys().map(|name| (name.clone(), Cell::Null)).collect();
    for (key, value) in pairs {
        let PythonValue::Text(name) = key else {
            return Err(Fault::row(format!("the function gave a key that is no text: {}", shown(key))));
        };
        let Some((index, _, column)) = columns.get_full(name) else {
            return Err(Fault::row(format!("the function gave `{name}`, which does not stand in `columns`")));
        };
        let cell = column.cell(value).ok_or_else(|| {
            Fault::row(format!("column `{name}` is {}, where the function gave {}", column.words(), shown(value)))
        })?;
        cells[index].1 = cell;
    }
    Ok(cells)
}

impl ColumnType {
    pub(crate) fn words(self) -> String {
        let name = |single| match single {
            Single::Text => "text",
            Single::Integer => "a 64-bit integer",
            Single::Float => "a float",
            Single::Boolean => "a boolean",
        };
        match self {
            Self::Single(single) => name(single).to_owned(),
            Self::List { list } => format!("a list of which each item is {}", name(list)),
        }
    }
}

/// A value, short enough for a message.
fn shown(value: &PythonValue) -> String {
    let text = value.to_notation().to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
