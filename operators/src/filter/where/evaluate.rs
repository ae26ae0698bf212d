//! An expression over one row.

use std::ops::Range;
use std::sync::LazyLock;

use engine::operator::Fault;
use engine::row::Row;
use minijinja::value::Value;
use minijinja::{Environment, Error, Expression, UndefinedBehavior};

use crate::jinja::{Columns, FUEL, Names, described, in_expression, left_to_the_row};

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
    text: String,
}

impl Condition {
    /// Compiles an expression.
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        Ok(Self { expression: LANGUAGE.compile_expression_owned(text.to_owned())?, text: text.to_owned() })
    }

    /// Whether the expression is true for a row.
    pub(super) fn holds(&self, row: &Row) -> Result<bool, Fault> {
        let value = self.expression.eval(Value::from_object(Columns(row.clone())));
        let value = value.map_err(|error| Fault::row(described(&error)))?;
        if value.is_undefined() {
            return Err(Fault::row("the expression gives nothing: it looks for an item or field that is not there"));
        }
        Ok(value.is_true())
    }
}

impl Names for Condition {
    fn names(&self) -> Vec<String> {
        left_to_the_row(&LANGUAGE, self.expression.undeclared_variables(true))
    }

    fn tried(&self, names: Value) -> Result<(), Error> {
        self.expression.eval(names).map(drop)
    }

    fn place(&self, name: &str) -> Option<Range<usize>> {
        in_expression(&self.text, name)
    }
}
