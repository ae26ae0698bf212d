//! A row: the columns that are news, above all what was asked; the others folded. Long texts as they are, and cut.

use maud::{Markup, html};
use serde_json::Value;

use super::quantity::{beginning, counted, number};
use super::room::Room;
use super::verdict;
use crate::render::plan::grouped;
use crate::report::{Sample, Shown};

/// What a row is about, of which the first that it has is always shown.
const ASKED: [&str; 3] = ["prompt", "statement", "question"];

/// What repeats, test by test or message by message, what other columns say.
const REPEATING: [&str; 2] = ["results", "messages"];

/// From how many characters on a value gets lines of its own.
const LONG: usize = 60;

/// How many numbers of a list are told.
const NUMBERS: usize = 24;

/// A few rows.
pub(super) fn rows(samples: &[Sample], news: &[String], room: Room) -> Markup {
    html! { @for row in samples.iter().take(room.rows) { (row_of(row, news, room)) } }
}

fn row_of(row: &Sample, news: &[String], room: Room) -> Markup {
    let asked = ASKED.iter().find(|name| row.get(name).is_some()).copied();
    let told = row.0.iter().filter(|(name, _)| !verdict::tells(row, name));
    let (mut shown, mut folded): (Vec<_>, Vec<_>) = told.partition(|(name, _)| {
        Some(name.as_str()) == asked || (news.contains(name) && !REPEATING.contains(&name.as_str()))
    });
    shown.sort_by_key(|(name, _)| Some(name.as_str()) != asked);
    folded.sort_by_key(|(name, _)| !REPEATING.contains(&name.as_str()));
    html! {
        article.sample {
            (verdict::chips(row))
            (list(&shown, room))
            @if !folded.is_empty() {
                details.inner {
                    summary { (counted(folded.len() as u64, "more column", "more columns")) }
                    (list(&folded, room))
                }
            }
        }
    }
}

fn list(columns: &[&(String, Shown)], room: Room) -> Markup {
    html! {
        dl {
            @for (name, value) in columns {
                @let (text, characters) = said(value);
                @let (shown, cut) = beginning(&text, room.characters);
                div {
                    dt { (name) }
                    dd {
                        @if is_long(shown) { pre { (shown) } } @else { (shown) }
                        @if cut || characters > text.chars().count() {
                            span.quiet { " … " (grouped(characters as u64)) " characters in all" }
                        }
                    }
                }
            }
        }
    }
}

/// A value as text, and its length in all.
fn said(value: &Shown) -> (String, usize) {
    let text = match value {
        Shown::Cut { text, characters } => return (text.clone(), *characters),
        Shown::Whole(Value::String(text)) => text.clone(),
        Shown::Whole(other) => plain(other),
    };
    let characters = text.chars().count();
    (text, characters)
}

/// Numbers to four digits, and of many of them the first; anything else as it is.
fn plain(value: &Value) -> String {
    match value {
        Value::Number(float) if float.is_f64() => number(float.as_f64().unwrap_or(f64::NAN)),
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_number) => {
            let first: Vec<String> = items.iter().take(NUMBERS).map(plain).collect();
            let rest = items.len() - first.len();
            let more = if rest > 0 { format!(", … {} in all", grouped(items.len() as u64)) } else { String::new() };
            first.join(", ") + &more
        }
        other => other.to_string(),
    }
}

fn is_long(text: &str) -> bool {
    text.contains('\n') || text.chars().nth(LONG).is_some()
}
