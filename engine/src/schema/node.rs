//! The schema of a node: its four keys, and for each operator its parameters and inputs.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::{operator, variable};
use crate::graph::settings_schema;
use crate::operator::Registration;

/// What the key is for.
const SETTINGS: &str = "What does not change the result; never part of the fingerprint.";

/// `node`, and all operators' parameters and settings.
pub(super) fn definitions(operators: &[&'static Registration]) -> Map<String, Value> {
    let mut definitions = Map::new();
    definitions.insert("node".to_owned(), node(operators));
    definitions.insert("settings".to_owned(), settings(None));
    for registration in operators {
        if let Some(own) = (registration.settings)() {
            definitions.insert(format!("{}.run", registration.name), settings(Some(own.schema)));
        }
        let (parameters, inner) = operator::embedded(registration);
        definitions.insert(registration.name.to_owned(), parameters);
        definitions.extend(inner);
    }
    definitions
}

fn node(operators: &[&'static Registration]) -> Value {
    let names: Vec<&str> = operators.iter().map(|registration| registration.name).collect();
    let manuals: Vec<String> = operators.iter().map(|registration| manual(registration)).collect();
    let choices: Vec<Value> = operators.iter().map(|registration| choice(registration)).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["op"],
        "properties": {
            "op": {
                "description": "The operator: what this node runs.",
                "type": "string",
                "enum": names,
                "enumDescriptions": manuals,
                "markdownEnumDescriptions": manuals
            },
            "inputs": {
                "description": "The edges into this node: a node's name, or `input: node`, or `input: node.output`.",
                "type": ["string", "object"]
            },
            "with": {"description": "What changes the result; part of the fingerprint.", "type": "object"},
            "run": {"description": SETTINGS, "type": "object"}
        },
        "allOf": choices
    })
}

/// What follows for the other keys from the choice of an operator.
fn choice(registration: &Registration) -> Value {
    let parameters = (registration.schema)().to_value();
    let required = parameters.get("required").and_then(Value::as_array).is_some_and(|keys| !keys.is_empty());
    let mut then = json!({"properties": {
        "with": {"$ref": format!("#/definitions/{}", registration.name)},
        "inputs": operator::inputs(registration),
        "run": {"$ref": format!("#/definitions/{}", settings_of(registration))}
    }});
    if required && let Some(then) = then.as_object_mut() {
        then.insert("required".to_owned(), json!(["with"]));
    }
    json!({"if": {"required": ["op"], "properties": {"op": {"const": registration.name}}}, "then": then})
}

fn manual(registration: &Registration) -> String {
    let schema = (registration.schema)();
    schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The name of the definition of an operator's settings.
fn settings_of(registration: &Registration) -> String {
    (registration.settings)().map_or_else(|| "settings".to_owned(), |_| format!("{}.run", registration.name))
}

/// The settings that every operator takes, and one's own.
fn settings(own: Option<Schema>) -> Value {
    let mut schema = settings_schema(own);
    variable::accept_inside(&mut schema, &Map::new());
    if let Some(object) = schema.as_object_mut() {
        for keyword in ["$schema", "title"] {
            object.shift_remove(keyword);
        }
        object.insert("description".to_owned(), json!(SETTINGS));
    }
    schema
}
