//! An expression over one row.

use std::sync::{Arc, LazyLock};

use engine::operator::Fault;
use engine::row::{Cell, Row};
use minijinja::value::{Enumerator, Object, Value};
use minijinja::{Environment, Error, Expression, UndefinedBehavior};

/// The name under which an expression reaches columns whose own name is no identifier.
pub(super) const WHOLE_ROW: &str = "row";

/// What one evaluation may cost, so that no expression over one row can hold up a run.
const FUEL: u64 = 100_000;

/// The language of conditions: Jinja's own filters and tests, nothing else.
static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // Errors carry the place in the expression.
    environment.set_debug(true);
    environment
});

/// A compiled expression.
pub struct Condition {
    expression: Expression<'static, 'static>,
}

impl Condition {
    /// Compiles an expression.
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        Ok(Self { expression: LANGUAGE.compile_expression_owned(text.to_owned())? })
    }

    /// The names that the expression takes from the row, `column` or `column.field`.
    pub(super) fn names(&self) -> Vec<String> {
        let is_global = |name: &str| LANGUAGE.globals().any(|(global, _)| global == name);
        let mut names: Vec<String> = self.expression.undeclared_variables(true).into_iter().collect();
        names.retain(|name| !is_global(name.split('.').next().unwrap_or(name)));
        names.sort();
        names
    }

    /// The value over any names.
    pub(super) fn value(&self, names: Value) -> Result<Value, Error> {
        self.expression.eval(names)
    }

    /// Whether the expression is true for a row.
    pub(super) fn holds(&self, row: &Row) -> Result<bool, Fault> {
        let value = self.value(Value::from_object(Columns(row.clone())));
        let value = value.map_err(|error| Fault::row(described(&error)))?;
        if value.is_undefined() {
            return Err(Fault::row("the expression gives nothing: it looks for an item or field that is not there"));
        }
        Ok(value.is_true())
    }
}

/// An error without the place, which diagnostics show themselves.
pub(super) fn described(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// A row as the names of an expression; only the columns that it names are read.
#[derive(Debug)]
struct Columns(Row);

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
