//! Which columns of an output are news: those that no input has, and those that the node's settings name.

use std::collections::{BTreeMap, BTreeSet};

use arrow::datatypes::Schema;
use engine::plan::Fingerprint;
use serde_json::Value;

use super::gather::Made;

/// What a node found and was told.
pub(super) struct Columns {
    before: BTreeSet<String>,
    named: BTreeSet<String>,
}

impl Columns {
    pub(super) fn of(own: &Made, made: &[Made], places: &BTreeMap<Fingerprint, usize>) -> Self {
        let mut found = Self { before: BTreeSet::new(), named: BTreeSet::new() };
        for input in own.ingredients.inputs.values() {
            let entry = places.get(&input.fingerprint).and_then(|place| made[*place].entry.as_ref());
            let table = entry.and_then(|entry| entry.table(&input.output).ok().flatten());
            found.before.extend(table.iter().flat_map(|table| names(&table.schema)));
        }
        texts(&own.ingredients.config, &mut found.named);
        found
    }

    /// The news among columns; all where there are none, since then the node chose rows.
    pub(super) fn news(&self, schema: &Schema) -> Vec<String> {
        if names(schema).all(|name| self.before.contains(&name)) {
            return names(schema).collect();
        }
        names(schema).filter(|name| !self.before.contains(name) || self.named.contains(name)).collect()
    }
}

fn names(schema: &Schema) -> impl Iterator<Item = String> {
    schema.fields().iter().map(|field| field.name().clone())
}

/// Every text of the settings.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| texts(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}
