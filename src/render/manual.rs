//! An operator's manual page, and the list of operators.

use std::io::{self, Write};

use engine::operator::Registration;
use engine::port::{Arity, InputPort, OutputPort, OutputType};
use serde_json::{Value, json};

/// One line an operator, grouped by stage.
pub fn list(out: &mut dyn Write, operators: &[&Registration]) -> io::Result<()> {
    let width = operators.iter().map(|operator| operator.name.len()).max().unwrap_or(0);
    let mut stage = "";
    for operator in operators {
        let folder = operator.name.split('.').next().unwrap_or_default();
        if folder != stage && !stage.is_empty() {
            writeln!(out)?;
        }
        stage = folder;
        writeln!(out, "{:width$}  {}", operator.name, summary(&schema(operator)))?;
    }
    writeln!(out, "\n`millrace operators NAME` prints a manual page.")
}

/// The whole page: text, ports, parameters.
pub fn page(out: &mut dyn Write, operator: &Registration) -> io::Result<()> {
    let schema = schema(operator);
    let kind = serde_json::to_value(operator.kind).unwrap_or_default();
    writeln!(out, "{}  (a {} operator, version {})\n", operator.name, text(&kind), operator.version)?;
    writeln!(out, "{}\n", text(&schema["description"]).trim())?;
    ports(out, &(operator.inputs)(), &(operator.outputs)())?;
    parameters(out, &schema)
}

/// The same as data.
pub fn page_json(operator: &Registration) -> Value {
    let inputs = (operator.inputs)().into_iter().map(|port| {
        let accepts: Vec<String> = port.accepts.iter().map(ToString::to_string).collect();
        json!({"name": port.name, "accepts": accepts, "arity": port.arity, "doc": port.doc})
    });
    let outputs = (operator.outputs)().into_iter().map(|port| {
        json!({"name": port.name, "gives": gives(&port.gives), "may_be_empty": port.may_be_empty, "doc": port.doc})
    });
    json!({
        "name": operator.name,
        "version": operator.version,
        "shape": operator.kind,
        "random": operator.random,
        "inputs": inputs.collect::<Vec<_>>(),
        "outputs": outputs.collect::<Vec<_>>(),
        "with": schema(operator),
    })
}

fn schema(operator: &Registration) -> Value {
    (operator.schema)().into()
}

/// The first sentence below the first heading.
fn summary(schema: &Value) -> String {
    let description = text(&schema["description"]);
    let body = description.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let body = body.unwrap_or_default();
    body.split_once(". ").map_or(body, |(first, _)| first).trim_end_matches('.').to_owned()
}

fn ports(out: &mut dyn Write, inputs: &[InputPort], outputs: &[OutputPort]) -> io::Result<()> {
    if !inputs.is_empty() {
        writeln!(out, "# Inputs")?;
    }
    for port in inputs {
        let accepts: Vec<String> = port.accepts.iter().map(ToString::to_string).collect();
        let arity = match port.arity {
            Arity::One => "",
            Arity::Optional => ", optional",
            Arity::Named => ", one or more under names of your choice",
        };
        writeln!(out, "  {}: {}{arity}\n      {}", port.name, accepts.join(" or "), port.doc)?;
    }
    writeln!(out, "# Outputs")?;
    for port in outputs {
        writeln!(out, "  {}: {}\n      {}", port.name, gives(&port.gives), port.doc)?;
    }
    Ok(())
}

fn gives(output: &OutputType) -> String {
    match output {
        OutputType::Is(port_type) => port_type.to_string(),
        OutputType::Same(port) => format!("as input `{port}`"),
        OutputType::Extends(port, row_type) => format!("{row_type}, with the other columns of `{port}`"),
        OutputType::Derived(text) => (*text).to_owned(),
    }
}

fn parameters(out: &mut dyn Write, schema: &Value) -> io::Result<()> {
    if schema["properties"].as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok(());
    }
    writeln!(out, "# Parameters (`with`)")?;
    properties(out, schema, schema, "")
}

/// The parameters of a mapping; those of mappings inside it by their paths, as `--set` names them.
fn properties(out: &mut dyn Write, root: &Value, schema: &Value, path: &str) -> io::Result<()> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let inner = mapping(root, property);
        let default = match property.get("default") {
            // What a mapping has by default is said of each of its parameters.
            Some(default) if !default.is_null() && inner.is_none() => format!(", default {default}"),
            _ if required.contains(&name.as_str()) => ", required".to_owned(),
            _ => String::new(),
        };
        writeln!(out, "  {path}{name}: {}{default}", type_name(root, property))?;
        for line in text(&property["description"]).lines() {
            writeln!(out, "      {line}")?;
        }
        if let Some(inner) = inner {
            properties(out, root, inner, &format!("{path}{name}."))?;
        }
    }
    Ok(())
}

/// The schema of the one mapping with parameters of its own that a parameter may be.
fn mapping<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    if let Some(target) = schema["$ref"].as_str() {
        return mapping(root, &root["definitions"][target.rsplit('/').next()?]);
    }
    let choices = ["anyOf", "allOf"].iter().filter_map(|choice| schema[*choice].as_array()).flatten();
    let inner = choices.filter_map(|choice| mapping(root, choice)).next();
    inner.or_else(|| schema["properties"].is_object().then_some(schema))
}

/// A type as a person says it: `integer from 1`, `"exact" or "minhash"`, `list of text`.
fn type_name(root: &Value, schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.rsplit('/').next().unwrap_or_default();
        return type_name(root, &root["definitions"][name]);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let names = choices.iter().map(|choice| type_name(root, choice)).filter(|name| !name.is_empty());
            return names.collect::<Vec<_>>().join(" or ");
        }
    }
    let names: Vec<String> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).map(|name| plain(root, name, schema)).collect(),
        one => vec![plain(root, one.as_str().unwrap_or_default(), schema)],
    };
    names.into_iter().filter(|name| name != "nothing").collect::<Vec<_>>().join(" or ")
}

fn plain(root: &Value, name: &str, schema: &Value) -> String {
    match name {
        "null" => "nothing".to_owned(),
        "string" => "text".to_owned(),
        "array" => format!("list of {}", type_name(root, &schema["items"])),
        "object" => match &schema["additionalProperties"] {
            Value::Object(_) => format!("mapping to {}", type_name(root, &schema["additionalProperties"])),
            _ => "mapping".to_owned(),
        },
        "integer" | "number" => format!("{name}{}", range(schema)),
        "" => "anything".to_owned(),
        other => other.to_owned(),
    }
}

fn range(schema: &Value) -> String {
    let bound = |keys: [&str; 2]| keys.iter().find_map(|key| schema.get(*key)).map(ToString::to_string);
    match (bound(["minimum", "exclusiveMinimum"]), bound(["maximum", "exclusiveMaximum"])) {
        (Some(low), Some(high)) => format!(" from {low} to {high}"),
        (Some(low), None) => format!(" from {low}"),
        (None, Some(high)) => format!(" up to {high}"),
        (None, None) => String::new(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
