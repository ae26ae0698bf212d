//! A JSON Schema, and a value, in a few words.

use serde_json::Value;

/// What a schema asks for: "a whole number from 1 to 100".
pub(super) fn describe(root: &Value, schema: &Value) -> String {
    let schema = resolved(root, schema);
    if let Some(values) = choices(root, schema) {
        return match values.as_slice() {
            [only] => only.clone(),
            several => format!("one of {}", several.join(", ")),
        };
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(branches) = schema.get(keyword).and_then(Value::as_array) {
            return any(root, branches);
        }
    }
    match schema.get("type") {
        Some(Value::String(kind)) => typed(root, schema, kind),
        Some(Value::Array(kinds)) => {
            let kinds = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
            joined(kinds.map(|kind| typed(root, schema, kind)).collect())
        }
        _ => "any value".to_owned(),
    }
}

/// The values of an enumeration, quoted; none where the schema is no enumeration.
pub(super) fn choices(root: &Value, schema: &Value) -> Option<Vec<String>> {
    let schema = resolved(root, schema);
    if let Some(value) = schema.get("const") {
        return Some(vec![quoted(value)]);
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Some(values.iter().filter(|value| !value.is_null()).map(quoted).collect());
    }
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()?;
    let present = branches.iter().filter(|branch| !is_null(branch));
    let all: Option<Vec<Vec<String>>> = present.map(|branch| choices(root, branch)).collect();
    all.map(|all| all.into_iter().flatten().collect())
}

/// The schema with `$ref` followed, and with an `allOf` of one thing taken for that thing.
pub(super) fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let found = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return found.map_or(schema, |found| resolved(root, found));
    }
    match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => resolved(root, only),
        _ => schema,
    }
}

/// The keys that an object's schema has properties for.
pub(super) fn keys<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a str> {
    let properties = resolved(root, schema).get("properties").and_then(Value::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// A value as a sentence names it.
pub(super) fn given(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
        Value::String(text) => format!("the text `{}`", short(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= MOST && line.len() == text.len() {
        return line.to_owned();
    }
    format!("{}…", line.chars().take(MOST).collect::<String>())
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

fn any(root: &Value, branches: &[Value]) -> String {
    joined(branches.iter().filter(|branch| !is_null(branch)).map(|branch| describe(root, branch)).collect())
}

fn joined(mut forms: Vec<String>) -> String {
    forms.dedup();
    forms.join(" or ")
}

fn typed(root: &Value, schema: &Value, kind: &str) -> String {
    match kind {
        "integer" => format!("a whole number{}", range(schema)),
        "number" => format!("a number{}", range(schema)),
        "boolean" => "`true` or `false`".to_owned(),
        "string" => "a text".to_owned(),
        "array" => match schema.get("items") {
            Some(items) if items.is_object() => format!("a list (each item {})", describe(root, items)),
            _ => "a list".to_owned(),
        },
        "object" => object(root, schema),
        other => other.to_owned(),
    }
}

/// `{count: …}` where few keys tell the form, otherwise just a mapping.
fn object(root: &Value, schema: &Value) -> String {
    let required = schema.get("required").and_then(Value::as_array);
    let required: Vec<&str> = required.into_iter().flatten().filter_map(Value::as_str).collect();
    if required.is_empty() || required.len() > 3 {
        return "a mapping".to_owned();
    }
    let form = |key: &&str| {
        let property = schema.get("properties").and_then(|properties| properties.get(*key));
        match property.and_then(|property| choices(root, property)).as_deref() {
            Some([only]) => format!("{key}: {}", only.trim_matches('`')),
            _ => format!("{key}: …"),
        }
    };
    format!("`{{{}}}`", required.iter().map(form).collect::<Vec<_>>().join(", "))
}

fn range(schema: &Value) -> String {
    let bound = |keyword: &str| schema.get(keyword).filter(|bound| bound.is_number()).map(plain_number);
    let lowest = bound("minimum");
    let highest = bound("maximum").filter(|_| !is_width_of_type(schema));
    match (lowest, highest, bound("exclusiveMinimum"), bound("exclusiveMaximum")) {
        (Some(low), Some(high), ..) => format!(" from {low} to {high}"),
        (Some(low), None, _, Some(high)) => format!(" from {low} to below {high}"),
        (Some(low), ..) => format!(", at least {low}"),
        (None, Some(high), Some(low), _) => format!(" above {low} and at most {high}"),
        (None, Some(high), ..) => format!(", at most {high}"),
        (None, None, Some(low), Some(high)) => format!(" between {low} and {high}, both excluded"),
        (None, None, Some(low), None) => format!(" above {low}"),
        (None, None, None, Some(high)) => format!(" below {high}"),
        (None, None, None, None) => String::new(),
    }
}

/// `1` for `1.0`, since bounds are written as floats for whole numbers too.
pub(super) fn plain_number(value: &Value) -> String {
    match value.as_f64() {
        Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
        _ => value.to_string(),
    }
}

/// Whether the maximum only says how many bits the number has.
fn is_width_of_type(schema: &Value) -> bool {
    let widths = [f64::from(u8::MAX), f64::from(u16::MAX), f64::from(u32::MAX), f64::from(i32::MAX)];
    schema.get("maximum").and_then(Value::as_f64).is_some_and(|maximum| widths.contains(&maximum))
}
