//! What is wrong with an expression or a template before it meets a row.

use std::ops::Range;

use arrow::datatypes::{DataType, Field, Fields, Schema};
use engine::operator::Complaint;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use super::columns::WHOLE_ROW;
use super::error::{complaint, narrowed};
use crate::complaints::{column_meant, unknown_column};

/// Methods of mappings, which look like fields.
const METHODS: [&str; 4] = ["get", "items", "keys", "values"];

/// Something that takes names from a row.
pub(crate) trait Names {
    /// The names that it takes, `column` or `column.field`.
    fn names(&self) -> Vec<String>;

    /// Evaluates it over values for these names.
    ///
    /// # Errors
    /// What the language says.
    fn tried(&self, names: Value) -> Result<(), Error>;

    /// Where a name stands in its text.
    fn place(&self, name: &str) -> Option<Range<usize>>;
}

/// All faults over rows with these columns of the text that the parameter at `path` holds.
pub(crate) fn against(names: &impl Names, path: &[&str], schema: &Schema) -> Vec<Complaint> {
    let check = Check { names, path, schema };
    let complaints: Vec<_> = names.names().iter().filter_map(|name| check.name(name)).collect();
    if complaints.is_empty() { check.words().into_iter().collect() } else { complaints }
}

/// The names that a text leaves to the row: those that are no part of the language.
pub(crate) fn left_to_the_row(environment: &Environment<'_>, names: impl IntoIterator<Item = String>) -> Vec<String> {
    let is_global = |name: &str| environment.globals().any(|(global, _)| global == name);
    let mut names: Vec<String> = names.into_iter().collect();
    names.retain(|name| !is_global(name.split('.').next().unwrap_or(name)));
    names.sort();
    names
}

struct Check<'a, N> {
    names: &'a N,
    path: &'a [&'a str],
    schema: &'a Schema,
}

impl<N: Names> Check<'_, N> {
    /// A column that is not there, or a field of a mapping that it does not have.
    fn name(&self, name: &str) -> Option<Complaint> {
        let mut steps = name.split('.');
        let mut root = steps.next()?;
        if root == WHOLE_ROW && self.schema.field_with_name(WHOLE_ROW).is_err() {
            root = steps.next().filter(|step| !METHODS.contains(step))?;
        }
        let Ok(field) = self.schema.field_with_name(root) else {
            let complaint = unknown_column(self.path, root, "rows", self.schema);
            return Some(narrowed(complaint, self.names.place(root)));
        };
        let mut data_type = field.data_type();
        for step in steps {
            let DataType::Struct(fields) = data_type else { return None };
            if METHODS.contains(&step) {
                return None;
            }
            match fields.find(step) {
                Some((_, field)) => data_type = field.data_type(),
                None => return Some(self.unknown_field(name, step, fields)),
            }
        }
        None
    }

    fn unknown_field(&self, name: &str, step: &str, fields: &Fields) -> Complaint {
        let message = format!("`{name}`: there is no field `{step}`");
        let complaint = Complaint::parameter("operator::unknown_column", self.path, message, "no such field");
        let root = name.split('.').next().unwrap_or(name);
        let place = self.names.place(root).map(|place| place.start..place.start + name.len());
        narrowed(complaint.help(column_meant(step, &Schema::new(fields.clone()))), place)
    }

    /// A filter, test, function or method that does not exist: found by a trial on made-up values, because the language
    /// looks them up only when it comes to them. What else fails on such values may be right on real ones.
    fn words(&self) -> Option<Complaint> {
        let error = self.names.tried(sample_of(self.schema.fields())).err()?;
        let unknown = matches!(
            error.kind(),
            ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod
        );
        let mut complaint = unknown.then(|| complaint(self.path, &error))?;
        if error.kind() == ErrorKind::UnknownMethod {
            let help = "values have no Python methods: use filters and tests, such as `name | lower`, `name is startingwith(\"a\")`";
            complaint = complaint.help(help);
        }
        Some(complaint)
    }
}

fn sample_of(fields: &Fields) -> Value {
    Value::from_pairs(fields.iter().map(|field| (field.name().clone(), sample(field))))
}

fn sample(field: &Field) -> Value {
    match field.data_type() {
        DataType::Boolean => Value::from(true),
        DataType::Utf8 | DataType::LargeUtf8 => Value::from("1"),
        whole if whole.is_integer() => Value::from(1),
        number if number.is_floating() => Value::from(1.0),
        DataType::List(item) | DataType::LargeList(item) => Value::from(vec![sample(item)]),
        DataType::Struct(fields) => sample_of(fields),
        _ => Value::from(()),
    }
}
