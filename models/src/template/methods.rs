//! Methods of Python's texts, lists and dictionaries. Owns those that minijinja's own layer for Python leaves out.

use minijinja::value::{Tuple, from_args};
use minijinja::{Error, State, Value};
use minijinja_contrib::pycompat::unknown_method_callback;

/// Calls a method that minijinja does not know.
pub(super) fn call(state: &mut State, value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let Some(text) = value.as_str() else { return unknown_method_callback(state, value, method, arguments) };
    match method {
        "rsplit" => {
            let (separator, most): (Option<&str>, Option<i64>) = from_args(arguments)?;
            let pieces = rsplit(text, separator, most.and_then(|most| usize::try_from(most).ok()));
            Ok(pieces.into_iter().map(Value::from).collect())
        }
        "partition" => {
            let (separator,): (&str,) = from_args(arguments)?;
            let [before, after] = text.split_once(separator).map_or([text, ""], Into::into);
            Ok(parts([before, found(text, separator), after]))
        }
        "rpartition" => {
            let (separator,): (&str,) = from_args(arguments)?;
            let [before, after] = text.rsplit_once(separator).map_or(["", text], Into::into);
            Ok(parts([before, found(text, separator), after]))
        }
        "removeprefix" => {
            let (prefix,): (&str,) = from_args(arguments)?;
            Ok(Value::from(text.strip_prefix(prefix).unwrap_or(text)))
        }
        "removesuffix" => {
            let (suffix,): (&str,) = from_args(arguments)?;
            Ok(Value::from(text.strip_suffix(suffix).unwrap_or(text)))
        }
        _ => unknown_method_callback(state, value, method, arguments),
    }
}

fn found<'a>(text: &str, separator: &'a str) -> &'a str {
    if text.contains(separator) { separator } else { "" }
}

fn parts(parts: [&str; 3]) -> Value {
    Value::from(Tuple::new(parts.map(Value::from).to_vec()))
}

/// The pieces between separators, or between white space, at most so many cuts from the end.
fn rsplit<'a>(text: &'a str, separator: Option<&str>, most: Option<usize>) -> Vec<&'a str> {
    let cut = |rest: &'a str| match separator {
        Some(separator) => rest.rsplit_once(separator),
        None => rest.rsplit_once(char::is_whitespace).map(|(before, after)| (before.trim_end(), after)),
    };
    let mut rest = if separator.is_none() { text.trim() } else { text };
    let mut pieces = Vec::new();
    while most.is_none_or(|most| pieces.len() < most) {
        let Some((before, after)) = cut(rest) else { break };
        pieces.push(after);
        rest = before;
    }
    pieces.push(rest);
    pieces.reverse();
    pieces
}
