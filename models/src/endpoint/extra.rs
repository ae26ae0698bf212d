//! Fields of a request's body beyond the interface. Owns which of them a person may set, and which may be left out.

use std::collections::BTreeMap;

use serde_json::Value;

use super::EndpointError;

/// What only the request itself says, or what would change the shape of the answer.
const RESERVED: [&str; 11] = [
    "model",
    "messages",
    "prompt",
    "n",
    "stop",
    "logprobs",
    "stream",
    "echo",
    "tools",
    "continue_final_message",
    "add_generation_prompt",
];

/// What a request says by itself, but a server may not take.
const OPTIONAL: [&str; 4] = ["seed", "temperature", "top_p", "max_tokens"];

/// Refuses fields that are the request's own.
pub(super) fn check(extra: &BTreeMap<String, Value>) -> Result<(), EndpointError> {
    let own = |(name, value): &(&String, &Value)| {
        RESERVED.contains(&name.as_str()) || (OPTIONAL.contains(&name.as_str()) && !value.is_null())
    };
    match extra.iter().find(own) {
        Some((name, _)) => Err(EndpointError::Extra(name.clone())),
        None => Ok(()),
    }
}

/// Whether a field is sent, or is one that the server does not take.
pub(super) fn sends(extra: &BTreeMap<String, Value>, name: &str) -> bool {
    !extra.get(name).is_some_and(Value::is_null)
}
