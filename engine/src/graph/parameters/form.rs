//! A mapping's JSON Schema, compiled once.

use jsonschema::Validator;
use serde_json::{Map, Number, Value};

use super::misuse::Misuse;
use crate::diagnostic::Diagnostic;
use crate::manifest::{Kind, Tree};

/// What a mapping may hold.
pub(in crate::graph) struct Form {
    schema: Value,
    validator: Validator,
}

/// Whose keys are wrong, for the words of the diagnostics.
#[derive(Clone, Copy)]
pub(in crate::graph) enum Subject<'a> {
    /// The parameters of the operator of this name.
    Parameters(&'a str),
    /// What stands under `run`.
    Settings,
}

impl Form {
    pub(in crate::graph) fn new(schema: Value) -> Self {
        let validator = jsonschema::draft7::new(&schema).expect("schemars writes valid schemas");
        Self { schema, validator }
    }

    /// Everything that is wrong with a mapping.
    pub(in crate::graph) fn check(&self, tree: &Tree, subject: Subject<'_>) -> Vec<Misfit> {
        let value = to_json(tree);
        if self.validator.is_valid(&value) {
            return Vec::new();
        }
        let misuse = Misuse { schema: &self.schema, tree, subject };
        self.validator.iter_errors(&value).flat_map(|error| misuse.misfits(&error)).collect()
    }

    /// The names of the keys.
    pub(in crate::graph) fn keys(&self) -> Vec<&str> {
        super::describe::keys(&self.schema, &self.schema)
    }
}

/// A diagnostic and the path, below the mapping, of the value that it is about.
pub(in crate::graph) struct Misfit {
    pub(in crate::graph) path: Vec<String>,
    pub(in crate::graph) diagnostic: Diagnostic,
}

/// The value as JSON; a number that JSON has no word for becomes null.
fn to_json(tree: &Tree) -> Value {
    match &tree.kind {
        Kind::Sequence(items) => Value::Array(items.iter().map(to_json).collect()),
        Kind::Mapping(mapping) => {
            let pairs = mapping.entries.iter().map(|entry| (entry.key.value.clone(), to_json(&entry.value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Kind::Scalar(scalar) => match &scalar.value {
            serde_yaml::Value::Bool(value) => Value::Bool(*value),
            serde_yaml::Value::String(text) => Value::String(text.clone()),
            serde_yaml::Value::Number(number) => of_number(number),
            _ => Value::Null,
        },
    }
}

fn of_number(number: &serde_yaml::Number) -> Value {
    let whole = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
    let number = whole.or_else(|| number.as_f64().and_then(Number::from_f64));
    number.map_or(Value::Null, Value::Number)
}
