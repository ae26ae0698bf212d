//! A text with places for a row's columns.

use std::ops::Range;
use std::sync::LazyLock;

use arrow::datatypes::Schema;
use engine::operator::{Complaint, Fault};
use engine::row::Row;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, UndefinedBehavior, context};

use super::check::left_to_the_row;
use super::place::in_template;
use super::{Columns, FUEL, Names, against, complaint, described};

/// The only template of its environment.
const NAME: &str = "text";

/// The language of templates: Jinja's own filters, tests and functions, and statements that leave no empty lines.
static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the default ones"));
    // Errors carry the place in the text.
    environment.set_debug(true);
    environment
});

/// A compiled text with places for a row's columns.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    environment: Environment<'static>,
    source: String,
    /// Names that its user gives beside the columns.
    given: Vec<(&'static str, String)>,
}

impl Template {
    /// Compiles a text; `given` are names that stand in it beside the columns, and win over them.
    pub(crate) fn new(source: &str, given: Vec<(&'static str, String)>) -> Result<Self, Error> {
        let mut environment = LANGUAGE.clone();
        environment.add_template_owned(NAME, source.to_owned())?;
        Ok(Self { environment, source: source.to_owned(), given })
    }

    /// All faults, over rows with these columns, of the text that the parameter at `path` holds.
    pub(crate) fn check(
        source: &str,
        given: Vec<(&'static str, String)>,
        path: &[&str],
        schema: Option<&Schema>,
    ) -> Vec<Complaint> {
        match (Self::new(source, given), schema) {
            (Err(error), _) => vec![complaint(path, &error)],
            (Ok(template), Some(schema)) => against(&template, path, schema),
            (Ok(_), None) => Vec::new(),
        }
    }

    /// The text for a row.
    pub(crate) fn render(&self, row: &Row) -> Result<String, Fault> {
        self.render_with(row, [])
    }

    /// The text for a row, with names that stand in it this once and win over all others.
    pub(crate) fn render_with<const N: usize>(&self, row: &Row, names: [(&str, String); N]) -> Result<String, Fault> {
        let columns = Value::from_object(Columns(row.clone()));
        let rendered = self.rendered(context! { ..Value::from_pairs(names), ..columns });
        rendered.map_err(|error| Fault::row(format!("the prompt cannot be made: {}", described(&error))))
    }

    /// Whether a name stands in it.
    pub(crate) fn has(&self, name: &str) -> bool {
        in_template(&self.source, name).is_some()
    }

    fn rendered(&self, names: Value) -> Result<String, Error> {
        let given = Value::from_pairs(self.given.iter().cloned());
        let template = self.environment.get_template(NAME).expect("it was added when it was compiled");
        template.render(context! { ..given, ..names })
    }
}

impl Names for Template {
    fn names(&self) -> Vec<String> {
        let template = self.environment.get_template(NAME).expect("it was added when it was compiled");
        let mut names = left_to_the_row(&self.environment, template.undeclared_variables(true));
        names.retain(|name| !self.given.iter().any(|(given, _)| given == name));
        names
    }

    fn tried(&self, names: Value) -> Result<(), Error> {
        self.rendered(names).map(drop)
    }

    fn place(&self, name: &str) -> Option<Range<usize>> {
        in_template(&self.source, name)
    }
}
