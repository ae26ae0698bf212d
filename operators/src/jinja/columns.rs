//! A row as the names of an expression.

use std::sync::Arc;

use engine::row::{Cell, Row};
use minijinja::value::{Enumerator, Object, Value};

/// The name under which columns are reached whose own name is no identifier.
pub(crate) const WHOLE_ROW: &str = "row";

/// What one evaluation may cost, so that nothing over one row can hold up a run.
pub(crate) const FUEL: u64 = 100_000;

/// A row as the names of an expression; only the columns that it names are read.
#[derive(Debug)]
pub(crate) struct Columns(pub(crate) Row);

impl Object for Columns {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        if let Some(text) = self.0.text(name) {
            return Some(Value::from(text));
        }
        if self.0.batch().column_by_name(name).is_some() {
            return Some(value_of(self.0.cell(name)));
        }
        (name == WHOLE_ROW).then(|| Value::from_dyn_object(self.clone()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let schema = self.0.batch().schema();
        Enumerator::Values(schema.fields().iter().map(|field| Value::from(field.name().as_str())).collect())
    }
}

fn value_of(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::from(()),
        Cell::Boolean(value) => Value::from(value),
        Cell::Integer(value) => Value::from(value),
        Cell::Float(value) => Value::from(value),
        Cell::Text(value) => Value::from(value),
        Cell::List(items) => Value::from(items.into_iter().map(value_of).collect::<Vec<_>>()),
        Cell::Struct(fields) => Value::from_pairs(fields.into_iter().map(|(name, value)| (name, value_of(value)))),
    }
}
