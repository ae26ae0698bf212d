//! Because of what something is not cached: the ingredients of now against those of the last run.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Ingredients, Reason};

/// The fields that differ, in the order of [`Ingredients`]. `parents` are the nodes behind the inputs of now.
///
/// Another operator is one reason: that its configuration is another one too goes without saying.
pub(super) fn differences(was: &Ingredients, now: &Ingredients, parents: &BTreeMap<String, String>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if was.operator != now.operator {
        return vec![changed("operator", &was.operator, &now.operator)];
    }
    if was.format != now.format {
        reasons.push(changed("format", was.format, now.format));
    }
    if was.version != now.version {
        reasons.push(changed("version", was.version, now.version));
    }
    compare("config", &as_stored(&was.config), &as_stored(&now.config), &mut reasons);
    if was.seed != now.seed {
        reasons.push(changed("seed", was.seed, now.seed));
    }
    compare_inputs(was, now, parents, &mut reasons);
    compare("files", &plain(&was.files), &plain(&now.files), &mut reasons);
    compare("identities", &plain(&was.identities), &plain(&now.identities), &mut reasons);
    reasons
}

fn compare_inputs(was: &Ingredients, now: &Ingredients, parents: &BTreeMap<String, String>, reasons: &mut Vec<Reason>) {
    let ports: BTreeSet<&String> = was.inputs.keys().chain(now.inputs.keys()).collect();
    for port in ports {
        let field = format!("inputs.{port}");
        match (was.inputs.get(port), now.inputs.get(port)) {
            (Some(was), Some(now)) if was.fingerprint != now.fingerprint => {
                let node = parents.get(port).cloned().unwrap_or_default();
                reasons.push(Reason::Parent { port: port.clone(), node });
            }
            (Some(was), Some(now)) if was.output != now.output => {
                reasons.push(changed(&field, &was.output, &now.output));
            }
            (Some(was), None) => reasons.push(changed(&field, was.fingerprint.short(), Value::Null)),
            (None, Some(_)) => reasons.push(changed(&field, Value::Null, parents.get(port))),
            _ => {}
        }
    }
}

/// Objects are compared key by key; anything else as a whole, so that a list shows as it was and as it is.
fn compare(path: &str, was: &Value, now: &Value, reasons: &mut Vec<Reason>) {
    match (was, now) {
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let path = format!("{path}.{key}");
                match (before.get(key), after.get(key)) {
                    (Some(was), Some(now)) => compare(&path, was, now, reasons),
                    (was, now) => reasons.push(changed(&path, was, now)),
                }
            }
        }
        _ if was != now => reasons.push(changed(path, was, now)),
        _ => {}
    }
}

fn changed(field: &str, was: impl Serialize, now: impl Serialize) -> Reason {
    Reason::Changed { field: field.to_owned(), was: plain(&was), now: plain(&now) }
}

fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("ingredients are plain data with text keys")
}

/// The value as it comes back from a file: reading may move a number's last digit, and must on both sides.
fn as_stored(value: &Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or_else(|_| value.clone())
}
