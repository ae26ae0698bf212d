//! What a server says when it gives no answer. Owns where the words stand in its many forms of refusal.

use serde_json::Value;

use super::Key;

/// How much of an answer is shown to a person.
const SHOWN: usize = 400;

/// The words of a refusal, in one line. The key is taken out of them before they are cut: a part of it is a secret too.
pub(super) fn of(body: &[u8], key: Option<&Key>) -> String {
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(value) => message(&value).unwrap_or_else(|| value.to_string()),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    excerpt(&text, key)
}

/// Whether it says that the account has nothing left to spend, which waiting does not change.
pub(super) fn quota_spent(body: &[u8]) -> bool {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    ["code", "type"].iter().any(|field| value["error"][*field] == "insufficient_quota")
}

/// The beginning of a text, in one line, without the key and the tags of a page.
pub(super) fn excerpt(text: &str, key: Option<&Key>) -> String {
    let text = key.map_or(text.to_owned(), |key| key.hide(text));
    let text = if text.trim_start().starts_with('<') { without_tags(&text) } else { text };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.is_empty() => "nothing".to_owned(),
        None => line,
    }
}

/// OpenAI and vLLM nest the message in `error`, older ones of vLLM do not, Ollama has a text there, FastAPI a `detail`
/// that is a text or a list of faults.
fn message(value: &Value) -> Option<String> {
    let error = &value["error"];
    let texts = [&error["message"], error, &value["message"], &value["detail"]];
    if let Some(text) = texts.into_iter().find_map(Value::as_str) {
        return Some(text.to_owned());
    }
    let faults = value["detail"].as_array()?.iter().map(|fault| {
        let place = fault["loc"].as_array().into_iter().flatten();
        let place: Vec<_> = place.map(|part| part.as_str().map_or(part.to_string(), str::to_owned)).collect();
        format!("{}: {}", place.join("."), fault["msg"].as_str().unwrap_or_default())
    });
    Some(faults.collect::<Vec<_>>().join("; "))
}

fn without_tags(page: &str) -> String {
    let pieces = page.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    pieces.collect::<Vec<_>>().join(" ")
}
