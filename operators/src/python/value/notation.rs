//! The notation of values that JSON has no type for: objects with a single key, the tag.
//!
//! Owns the tags. Refuses to know JSON's grammar.

use indexmap::IndexMap;
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;
use serde_json::{Map, Value, json};

use super::{DEPTH, PythonValue};

pub(super) fn read(notation: &Value, depth: usize) -> Result<PythonValue, String> {
    if depth == 0 {
        return Err(format!("a value nested deeper than {DEPTH}"));
    }
    match notation {
        Value::Null => Ok(PythonValue::None),
        Value::Bool(value) => Ok(PythonValue::Bool(*value)),
        Value::Number(number) => Ok(match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => PythonValue::Int(value.into()),
            (_, Some(value)) => PythonValue::Int(value.into()),
            // Without serde_json's `arbitrary_precision`, every number is a float when it is no integer.
            _ => PythonValue::Float(number.as_f64().unwrap_or(f64::NAN)),
        }),
        Value::String(text) => Ok(PythonValue::Text(text.clone())),
        Value::Array(items) => {
            items.iter().map(|item| read(item, depth - 1)).collect::<Result<_, _>>().map(PythonValue::List)
        }
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| Ok((key.clone(), read(value, depth - 1)?)));
            object(members.collect::<Result<_, String>>()?)
        }
    }
}

/// What an object of JSON stands for: the value of its tag, or a dict.
///
/// A dict may well have a key like `$` or `$5`. Only a single key that looks like a tag has to be one.
pub(super) fn object(mut members: IndexMap<String, PythonValue>) -> Result<PythonValue, String> {
    if members.len() == 1
        && members.keys().all(|key| is_tag(key))
        && let Some((tag, content)) = members.pop()
    {
        return tagged(&tag, content);
    }
    Ok(PythonValue::Dict(members.into_iter().map(|(key, value)| (PythonValue::Text(key), value)).collect()))
}

fn is_tag(key: &str) -> bool {
    let name = key.strip_prefix('$').unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn tagged(tag: &str, content: PythonValue) -> Result<PythonValue, String> {
    let wanted = match tag {
        "$tuple" | "$set" | "$frozenset" => "a list of members",
        "$dict" => "a list of [key, value]",
        "$int" => "a text, \"0x..\" or \"-0x..\"",
        "$float" => "a text, \"nan\", \"inf\" or \"-inf\"",
        "$complex" => "a list of two numbers",
        "$bytes" => "a text of two hexadecimal digits a byte",
        "$object" => "\"type\" and \"repr\", both texts",
        _ => {
            return Err(format!(
                "`{tag}` is no tag of a Python value; a dict with this key is {{\"$dict\": [[\"{tag}\", ..]]}}"
            ));
        }
    };
    untagged(tag, content).ok_or_else(|| format!("`{tag}` has to hold {wanted}"))
}

fn untagged(tag: &str, content: PythonValue) -> Option<PythonValue> {
    use PythonValue::{Bytes, Complex, Dict, Float, FrozenSet, Int, List, Set, Text, Tuple};
    match (tag, content) {
        ("$tuple", List(items)) => Some(Tuple(items)),
        ("$set", List(members)) => Some(Set(members)),
        ("$frozenset", List(members)) => Some(FrozenSet(members)),
        ("$dict", List(pairs)) => pairs.into_iter().map(pair).collect::<Option<_>>().map(Dict),
        ("$int", Text(text)) => integer(&text).map(Int),
        ("$float", Text(text)) => float(&text).map(Float),
        ("$complex", List(parts)) => complex(&parts).map(|(real, imaginary)| Complex(real, imaginary)),
        ("$bytes", Text(text)) => bytes(&text).map(Bytes),
        ("$object", content) => described(content),
        _ => None,
    }
}

fn pair(value: PythonValue) -> Option<(PythonValue, PythonValue)> {
    let PythonValue::List(pair) = value else { return None };
    <[PythonValue; 2]>::try_from(pair).ok().map(|[key, value]| (key, value))
}

fn integer(text: &str) -> Option<BigInt> {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => (Sign::Minus, magnitude),
        None => (Sign::Plus, text),
    };
    let digits = magnitude.strip_prefix("0x")?.as_bytes();
    let values: Vec<u8> = digits.iter().map(|&digit| hexadecimal(digit)).collect::<Option<_>>()?;
    if values.is_empty() { None } else { BigInt::from_radix_be(sign, &values, 16) }
}

fn float(text: &str) -> Option<f64> {
    match text {
        "nan" => Some(f64::NAN),
        "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn complex(parts: &[PythonValue]) -> Option<(f64, f64)> {
    let part = |part: &PythonValue| match part {
        PythonValue::Int(value) => value.to_f64(),
        PythonValue::Float(value) => Some(*value),
        _ => None,
    };
    match parts {
        [real, imaginary] => part(real).zip(part(imaginary)),
        _ => None,
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some((hexadecimal(*high)? << 4) | hexadecimal(*low)?),
            _ => None,
        })
        .collect()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16)?.to_u8()
}

fn described(content: PythonValue) -> Option<PythonValue> {
    let PythonValue::Dict(members) = content else { return None };
    let member = |name: &str| {
        members.iter().find_map(|member| match member {
            (PythonValue::Text(key), PythonValue::Text(value)) if key == name => Some(value.clone()),
            _ => None,
        })
    };
    Some(PythonValue::Object { type_name: member("type")?, repr: member("repr")? })
}

pub(super) fn write(value: &PythonValue) -> Value {
    match value {
        PythonValue::None => Value::Null,
        PythonValue::Bool(value) => json!(value),
        PythonValue::Int(value) => match (value.to_i64(), value.to_u64()) {
            (Some(value), _) => json!(value),
            (_, Some(value)) => json!(value),
            _ if value.sign() == Sign::Minus => json!({"$int": format!("-0x{:x}", value.magnitude())}),
            _ => json!({"$int": format!("0x{value:x}")}),
        },
        PythonValue::Float(value) => write_float(*value),
        PythonValue::Complex(real, imaginary) => json!({"$complex": [write_float(*real), write_float(*imaginary)]}),
        PythonValue::Text(text) => json!(text),
        PythonValue::Bytes(bytes) => {
            json!({"$bytes": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()})
        }
        PythonValue::List(items) => write_all(items),
        PythonValue::Tuple(items) => json!({"$tuple": write_all(items)}),
        PythonValue::Set(members) => json!({"$set": write_all(members)}),
        PythonValue::FrozenSet(members) => json!({"$frozenset": write_all(members)}),
        PythonValue::Dict(pairs) => write_dict(pairs),
        PythonValue::Object { type_name, repr } => json!({"$object": {"type": type_name, "repr": repr}}),
    }
}

fn write_all(items: &[PythonValue]) -> Value {
    items.iter().map(write).collect()
}

fn write_float(value: f64) -> Value {
    if value.is_finite() {
        json!(value)
    } else if value.is_nan() {
        json!({"$float": "nan"})
    } else {
        json!({"$float": if value > 0.0 { "inf" } else { "-inf" }})
    }
}

fn write_dict(pairs: &[(PythonValue, PythonValue)]) -> Value {
    let plain = pairs.iter().map(|(key, value)| match key {
        PythonValue::Text(key) if !key.starts_with('$') => Some((key.clone(), write(value))),
        _ => None,
    });
    match plain.collect::<Option<Map<_, _>>>() {
        Some(members) => Value::Object(members),
        None => {
            json!({"$dict": pairs.iter().map(|(key, value)| json!([write(key), write(value)])).collect::<Vec<_>>()})
        }
    }
}
