//! JSON Schemas made from the operators: for editors, and for whoever reads a manifest with another program.
//!
//! Owns the words that an editor shows. Checks nothing: the graph does, with places and better words.

mod manifest;
mod node;
mod operator;
mod row;
mod variable;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::operator::registrations;
use crate::port::row_types;

/// Every schema by its path below `schemas/`.
#[must_use]
pub fn files() -> BTreeMap<String, String> {
    let operators = registrations();
    let mut files = BTreeMap::from([("manifest.json".to_owned(), text(&manifest::schema(&operators)))]);
    for registration in operators {
        files.insert(format!("operators/{}.json", registration.name), text(&operator::schema(registration)));
    }
    for row_type in row_types() {
        files.insert(format!("rows/{}.json", row_type.name), text(&row::schema(&row_type)));
    }
    files
}

fn text(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).expect("a JSON value can be written");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
