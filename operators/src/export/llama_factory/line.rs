//! A row as a line of a file.

use engine::row::{Cell, Row};
use serde_json::{Value, json};

use crate::export::Kind;

/// The line, or why LLaMA-Factory would not read it.
pub(super) fn of(row: &Row, kind: Kind) -> Result<Value, String> {
    let text = |column: &str| row.text(column).ok_or_else(|| format!("`{column}` has no text"));
    let id = row.id();
    match kind {
        Kind::Preference => {
            let (prompt, chosen, rejected) = (text("prompt")?, text("chosen")?, text("rejected")?);
            Ok(json!({"id": id, "instruction": prompt, "chosen": chosen, "rejected": rejected}))
        }
        Kind::Completion | Kind::Problem => {
            Ok(json!({"id": id, "instruction": text("prompt")?, "output": text("completion")?}))
        }
        Kind::Dialogue => Ok(json!({"id": id, "conversations": conversation(&row.cell("messages"))?})),
    }
}

/// Messages in turn, as it demands them.
fn conversation(messages: &Cell) -> Result<Vec<Value>, String> {
    let Cell::List(messages) = messages else { return Err("`messages` is null".to_owned()) };
    let said: Vec<(&str, &str)> =
        messages.iter().map(|message| (text(message, "role"), text(message, "content"))).collect();
    let turns = &said[usize::from(said.first().is_some_and(|(role, _)| *role == "system"))..];
    let in_turn = turns.iter().zip(["user", "assistant"].iter().cycle()).all(|((role, _), due)| role == due);
    if turns.is_empty() || !turns.len().is_multiple_of(2) || !in_turn {
        return Err(
            "LLaMA-Factory wants a user and an assistant in turn, the assistant last; filter such rows".to_owned()
        );
    }
    let line = |(role, content): &(&str, &str)| {
        let from = match *role {
            "user" => "human",
            "assistant" => "gpt",
            other => other,
        };
        json!({"from": from, "value": content})
    };
    Ok(said.iter().map(line).collect())
}

fn text<'a>(message: &'a Cell, name: &str) -> &'a str {
    let Cell::Struct(fields) = message else { return "" };
    fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| match value {
        Cell::Text(text) => text,
        _ => "",
    })
}
