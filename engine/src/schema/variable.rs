//! `$name` in place of a typed value: every schema that takes no text takes a variable's name too.

use serde_json::{Map, Value, json};

/// The definition that [`accept`] refers to.
pub(super) fn definition() -> Value {
    json!({
        "description": "A variable from `vars`, in place of a value of its type.",
        "type": "string",
        "pattern": "^\\$[A-Za-z_][A-Za-z0-9_-]*$"
    })
}

/// Lets variables stand for everything inside a mapping's schema, its properties and what is in them.
pub(super) fn accept_inside(schema: &mut Value, definitions: &Map<String, Value>) {
    for keyword in ["properties", "patternProperties"] {
        let properties = schema.get_mut(keyword).and_then(Value::as_object_mut);
        properties.into_iter().flatten().for_each(|(_, property)| accept(property, definitions));
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get_mut(keyword).filter(|inner| inner.is_object()) {
            accept(inner, definitions);
        }
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        let branches = schema.get_mut(keyword).and_then(Value::as_array_mut);
        branches.into_iter().flatten().for_each(|branch| accept_inside(branch, definitions));
    }
}

/// Lets a variable stand for a value.
fn accept(schema: &mut Value, definitions: &Map<String, Value>) {
    accept_inside(schema, definitions);
    if takes_text(schema, definitions) || !schema.is_object() {
        return;
    }
    let mut inner = std::mem::take(schema);
    let mut outer = Map::new();
    for keyword in ["title", "description", "markdownDescription", "default"] {
        if let Some(value) = inner.as_object_mut().and_then(|inner| inner.shift_remove(keyword)) {
            outer.insert(keyword.to_owned(), value);
        }
    }
    outer.insert("anyOf".to_owned(), json!([inner, {"$ref": "#/definitions/variable"}]));
    *schema = Value::Object(outer);
}

/// Whether every text fits, so that a variable's name does.
fn takes_text(schema: &Value, definitions: &Map<String, Value>) -> bool {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()) {
        return definitions.get(name).is_some_and(|schema| takes_text(schema, definitions));
    }
    if let Some(branches) = ["anyOf", "oneOf"].iter().find_map(|keyword| schema.get(keyword)?.as_array()) {
        return branches.iter().any(|branch| takes_text(branch, definitions));
    }
    if ["enum", "const", "pattern", "allOf"].iter().any(|keyword| schema.get(keyword).is_some()) {
        return false;
    }
    match schema.get("type") {
        Some(Value::String(kind)) => kind == "string",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
        _ => true,
    }
}
