//! The values of a JSON object inside a text.

use engine::row::Cell;
use indexmap::IndexMap;
use serde_json::{Deserializer, Map, Value};

use super::Parts;
use crate::transform::python::ColumnType;

/// The columns of the last object.
///
/// # Errors
/// No object, or one without a column, or with a value of another type.
pub(super) fn parts(columns: &IndexMap<String, ColumnType>, text: &str) -> Result<Parts, String> {
    let object = last_object(text).ok_or("there is no JSON object")?;
    let part = |(name, column): (&String, &ColumnType)| {
        let value = object.get(name).ok_or_else(|| format!("the JSON object has no `{name}`"))?;
        let cell = column.of_json(value);
        let cell =
            cell.ok_or_else(|| format!("`{name}` of the JSON object is {value}, where {} is needed", column.words()))?;
        Ok((name.clone(), cell))
    };
    columns.iter().map(part).collect()
}

/// The last of the outermost objects.
fn last_object(text: &str) -> Option<Map<String, Value>> {
    let (mut last, mut at) = (None, 0);
    while let Some(brace) = text[at..].find('{') {
        let start = at + brace;
        let mut values = Deserializer::from_str(&text[start..]).into_iter::<Map<String, Value>>();
        match values.next() {
            Some(Ok(object)) => {
                last = Some(object);
                at = start + values.byte_offset();
            }
            _ => at = start + 1,
        }
    }
    last
}

impl ColumnType {
    /// A JSON value as a cell of this type; none where it is of another.
    fn of_json(self, value: &Value) -> Option<Cell> {
        match (self, value) {
            (_, Value::Null) => Some(Cell::Null),
            (Self::Single(single), value) => self::single(single, value),
            (Self::List { list }, Value::Array(items)) => {
                items.iter().map(|item| Self::Single(list).of_json(item)).collect::<Option<Vec<_>>>().map(Cell::List)
            }
            (Self::List { .. }, _) => None,
        }
    }
}

fn single(column: crate::source::ColumnType, value: &Value) -> Option<Cell> {
    use crate::source::ColumnType as Single;
    match (column, value) {
        (Single::Text, Value::String(text)) => Some(Cell::Text(text.clone())),
        (Single::Integer, Value::Number(number)) => number.as_i64().map(Cell::Integer),
        (Single::Float, Value::Number(number)) => number.as_f64().map(Cell::Float),
        (Single::Boolean, Value::Bool(value)) => Some(Cell::Boolean(*value)),
        _ => None,
    }
}
