//! Values that look right and are not.
//!
//! Owns how numbers, texts, truths and lists of these are changed. Knows nothing of what computes them.

use serde_json::Value;

use crate::synthesize::draw::Draw;

/// Another value than this, which is in Python's notation; none where there is nothing to change.
pub(in crate::synthesize) fn changed(value: &str, draw: &mut Draw) -> Option<String> {
    let written = match read(value)? {
        Value::Array(items) => list(items, draw)?,
        item => written(&changed_item(&item, draw)?),
    };
    (written != value).then_some(written)
}

fn read(value: &str) -> Option<Value> {
    match value {
        "True" => Some(Value::Bool(true)),
        "False" => Some(Value::Bool(false)),
        other => serde_json::from_str(other).ok(),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// A list with one item changed, missing, twice, or two of them exchanged.
fn list(mut items: Vec<Value>, draw: &mut Draw) -> Option<String> {
    if items.is_empty() {
        return None;
    }
    let place = draw.below(items.len());
    match draw.below(4) {
        0 => drop(items.remove(place)),
        1 => items.insert(place, items[place].clone()),
        2 if items.len() > 1 => {
            let other = draw.below(items.len());
            items.swap(place, other);
        }
        _ => items[place] = changed_item(&items[place], draw)?,
    }
    Some(written(&Value::Array(items)))
}

fn changed_item(item: &Value, draw: &mut Draw) -> Option<Value> {
    match item {
        Value::Bool(truth) => Some(Value::Bool(!truth)),
        Value::Number(number) => Some(changed_number(number.as_i64()?, draw).into()),
        Value::String(text) => changed_text(text, draw).map(Value::String),
        _ => None,
    }
}

/// Off by one or ten, or with a digit more or less.
fn changed_number(number: i64, draw: &mut Draw) -> i64 {
    match draw.below(6) {
        0 => number + 1,
        1 => number - 1,
        2 => number + 10,
        3 => number - 10,
        4 if number != 0 => number * 10 + draw.within(0..=9) * number.signum(),
        _ if number.abs() >= 10 => number / 10,
        _ => number + draw.within(2..=5),
    }
}

/// With a letter missing, twice, or exchanged with its neighbour.
fn changed_text(text: &str, draw: &mut Draw) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return None;
    }
    let place = draw.below(letters.len());
    match draw.below(3) {
        0 => drop(letters.remove(place)),
        1 => letters.insert(place, letters[place]),
        _ => letters.swap(place, (place + 1) % text.chars().count()),
    }
    Some(letters.into_iter().collect())
}
