//! A value of a row outside its column.

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};

/// A value as operators make it and journals keep it. Unlike JSON it keeps NaN and tells integers from floats.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub enum Cell {
    /// Absent.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// Unicode text.
    Text(String),
    /// Values in order.
    List(Vec<Cell>),
    /// Named values.
    Struct(Vec<(String, Cell)>),
}

/// A cell serialised as the value that it is (`3`, `"text"`, `[..]`), where the derived form names its variant.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'a>(pub &'a Cell);

impl Cell {
    /// The value at `index` of a column. Types that a cell has no variant for become the text that Arrow prints.
    #[must_use]
    pub fn of(column: &dyn Array, index: usize) -> Self {
        if column.is_null(index) {
            return Self::Null;
        }
        match column.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(column.as_boolean().value(index)),
            DataType::Utf8 => Self::Text(column.as_string::<i32>().value(index).to_owned()),
            DataType::Int64 => Self::Integer(column.as_primitive::<Int64Type>().value(index)),
            DataType::Float64 => Self::Float(column.as_primitive::<Float64Type>().value(index)),
            DataType::List(_) => Self::list(&column.as_list::<i32>().value(index)),
            DataType::LargeList(_) => Self::list(&column.as_list::<i64>().value(index)),
            DataType::FixedSizeList(..) => Self::list(&column.as_fixed_size_list().value(index)),
            DataType::Struct(fields) => {
                let columns = fields.iter().zip(column.as_struct().columns());
                Self::Struct(columns.map(|(field, column)| (field.name().clone(), Self::of(column, index))).collect())
            }
            other => Self::converted(column, index, other),
        }
    }

    /// Named values.
    #[must_use]
    pub fn structure<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Struct(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }

    fn list(items: &dyn Array) -> Self {
        Self::List((0..items.len()).map(|index| Self::of(items, index)).collect())
    }

    fn converted(column: &dyn Array, index: usize, data_type: &DataType) -> Self {
        let target = match data_type {
            integer if integer.is_integer() => DataType::Int64,
            float if float.is_floating() => DataType::Float64,
            _ => DataType::Utf8,
        };
        cast(&column.slice(index, 1), &target).map_or(Self::Null, |single| Self::of(&single, 0))
    }
}

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cell::Null => serializer.serialize_unit(),
            Cell::Boolean(value) => serializer.serialize_bool(*value),
            Cell::Integer(value) => serializer.serialize_i64(*value),
            Cell::Float(value) => serializer.serialize_f64(*value),
            Cell::Text(value) => serializer.serialize_str(value),
            Cell::List(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(&Plain(item))?;
                }
                sequence.end()
            }
            Cell::Struct(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, &Plain(value))?;
                }
                map.end()
            }
        }
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Cell>> From<Vec<T>> for Cell {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}
