//! An operator's schema: its parameters, with its ports beside them.

use serde_json::{Map, Value, json};

use super::variable;
use crate::operator::Registration;
use crate::port::{Arity, OutputPort, OutputType, PortType};

/// The file of one operator: the schema of `with`, and under `x-millrace` what else there is to know.
pub(super) fn schema(registration: &Registration) -> Value {
    let mut schema = parameters(registration);
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(registration.name));
        object.insert("x-millrace".to_owned(), facts(registration));
    }
    schema
}

/// The schema of `with` for the manifest's own, its definitions apart under names of their own.
pub(super) fn embedded(registration: &Registration) -> (Value, Map<String, Value>) {
    let mut schema = parameters(registration);
    let Some(object) = schema.as_object_mut() else { return (schema, Map::new()) };
    for keyword in ["$schema", "title"] {
        object.shift_remove(keyword);
    }
    let inner = match object.shift_remove("definitions") {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    variable::accept_inside(&mut schema, &inner);
    let mut definitions = Map::new();
    for (name, mut definition) in inner.clone() {
        variable::accept_inside(&mut definition, &inner);
        enumerate(&mut definition);
        requalify(&mut definition, registration.name);
        definitions.insert(format!("{}.{name}", registration.name), definition);
    }
    requalify(&mut schema, registration.name);
    (schema, definitions)
}

fn parameters(registration: &Registration) -> Value {
    let mut schema = (registration.schema)().to_value();
    document(&mut schema);
    schema
}

/// Says every description in Markdown too, which editors show as such.
fn document(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(document);
            if let Some(Value::String(text)) = object.get("description") {
                let text = text.clone();
                object.insert("markdownDescription".to_owned(), Value::String(text));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(document),
        _ => {}
    }
}

/// Writes a choice of constants as an enumeration: of a choice, editors show the chosen constant's text where the
/// parameter's own is asked for.
fn enumerate(schema: &mut Value) {
    let Some(branches) = schema.get("oneOf").and_then(Value::as_array) else { return };
    let values: Option<Vec<Value>> = branches.iter().map(|branch| branch.get("const").cloned()).collect();
    let texts: Vec<Value> =
        branches.iter().map(|branch| branch.get("description").cloned().unwrap_or_else(|| json!(""))).collect();
    if let Some(values) = values {
        *schema = json!({"enum": values, "enumDescriptions": texts, "markdownEnumDescriptions": texts});
    }
}

/// Points references at the definitions' names in the manifest's schema.
fn requalify(schema: &mut Value, operator: &str) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(|value| requalify(value, operator));
            let target =
                object.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix("#/definitions/"));
            if let Some(name) = target.filter(|name| *name != "variable") {
                let target = format!("#/definitions/{operator}.{name}");
                object.insert("$ref".to_owned(), Value::String(target));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| requalify(item, operator)),
        _ => {}
    }
}

fn facts(registration: &Registration) -> Value {
    let inputs = (registration.inputs)();
    let inputs = inputs.iter().map(|port| {
        let accepts: Vec<Value> = port.accepts.iter().map(port_type).collect();
        json!({"name": port.name, "description": port.doc, "arity": port.arity, "accepts": accepts})
    });
    let outputs = (registration.outputs)();
    let mut facts = json!({
        "version": registration.version,
        "shape": registration.kind,
        "random": registration.random,
        "sink": registration.sink,
        "inputs": inputs.collect::<Vec<_>>(),
        "outputs": outputs.iter().map(output).collect::<Vec<_>>(),
    });
    let settings = (registration.settings)().and_then(|own| own.schema.get("properties").cloned());
    if let (Some(settings), Some(facts)) = (settings, facts.as_object_mut()) {
        facts.insert("settings".to_owned(), settings);
    }
    facts
}

fn output(port: &OutputPort) -> Value {
    let gives = match &port.gives {
        OutputType::Is(is) => port_type(is),
        OutputType::Same(input) => json!({"same_as": input}),
        OutputType::Extends(input, with) => json!({"extends": input, "with": port_type(with)}),
        OutputType::Derived(text) => json!({"derived": text}),
    };
    json!({"name": port.name, "description": port.doc, "gives": gives, "may_be_empty": port.may_be_empty})
}

fn port_type(port_type: &PortType) -> Value {
    match port_type {
        PortType::Rows { name, .. } => json!({"rows": name}),
        PortType::Artifact { name } => json!({"artifact": name}),
        PortType::Columns(schema) => {
            let columns =
                schema.fields().iter().map(|field| (field.name().clone(), json!(field.data_type().to_string())));
            json!({"columns": columns.collect::<Map<_, _>>()})
        }
    }
}

/// The inputs that a node of the operator may have.
pub(super) fn inputs(registration: &Registration) -> Value {
    let ports = (registration.inputs)();
    let named: Vec<_> = ports.iter().filter(|port| port.arity != Arity::Named).collect();
    let group = ports.iter().find(|port| port.arity == Arity::Named);
    let edge = |doc: &str, accepts: &[PortType]| {
        let accepts: Vec<String> = accepts.iter().map(PortType::to_string).collect();
        let doc = format!("{doc} Takes {}.", accepts.join(" or "));
        json!({"type": "string", "description": doc, "markdownDescription": doc})
    };
    let properties = named.iter().map(|port| (port.name.to_owned(), edge(port.doc, &port.accepts)));
    let others = group.map_or(Value::Bool(false), |port| edge(port.doc, &port.accepts));
    json!({
        "description": "A node's name where one input is required, otherwise a node's name under each input's.",
        "anyOf": [
            {"type": "string"},
            {"type": "object", "properties": properties.collect::<Map<_, _>>(), "additionalProperties": others}
        ]
    })
}
