//! From a tree back to text: the resolved manifest that a run keeps beside its results.

use serde_yaml::Value;

use super::name::is_name;
use super::parse::resolve_plain;
use super::tree::{Kind, Tree};

/// The tree as YAML that reads back as the same values.
///
/// The emitter follows YAML 1.1, and leaves texts plain that this crate reads as something else: `$name` would be a
/// variable again. Such texts are emitted as a mark with a number, where the mark is a character that the tree does not
/// contain; the mark is then replaced by the text in double quotes.
#[must_use]
pub fn emit(tree: &Tree) -> String {
    let mark = unused_character(tree);
    let mut quoted = Vec::new();
    let value = protected(&tree.to_value(), mark, &mut quoted);
    let text = serde_yaml::to_string(&value).expect("a tree is plain data with text keys");
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split(mark);
    out.extend(parts.next());
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|next: char| next.is_ascii_digit()).len();
        let index = part[..digits].parse().ok();
        out.extend(index.and_then(|index: usize| quoted.get(index)).map(String::as_str));
        out.push_str(&part[digits..]);
    }
    out
}

/// A private-use character that is in none of the tree's texts.
fn unused_character(tree: &Tree) -> char {
    let free = |character: &char| !contains(tree, *character);
    ('\u{E000}'..='\u{F8FF}').find(free).expect("no tree holds all 6,400 private-use characters")
}

fn contains(tree: &Tree, character: char) -> bool {
    match &tree.kind {
        Kind::Scalar(scalar) => scalar.text.contains(character),
        Kind::Sequence(items) => items.iter().any(|item| contains(item, character)),
        Kind::Mapping(mapping) => {
            let mut entries = mapping.entries.iter();
            entries.any(|entry| entry.key.value.contains(character) || contains(&entry.value, character))
        }
    }
}

fn protected(value: &Value, mark: char, quoted: &mut Vec<String>) -> Value {
    match value {
        Value::String(text) if needs_quotes(text) => {
            quoted.push(double_quoted(text));
            format!("{mark}{}", quoted.len() - 1).into()
        }
        Value::Sequence(items) => items.iter().map(|item| protected(item, mark, quoted)).collect::<Vec<_>>().into(),
        Value::Mapping(mapping) => {
            let entries = mapping.iter();
            Value::Mapping(
                entries.map(|(key, value)| (protected(key, mark, quoted), protected(value, mark, quoted))).collect(),
            )
        }
        other => other.clone(),
    }
}

/// Texts that the emitter's form of would be read as something else.
fn needs_quotes(text: &str) -> bool {
    let variable = text.strip_prefix('$').is_some_and(is_name);
    variable || text.contains(is_special) || (!text.is_empty() && !resolve_plain(text).is_string())
}

/// Line breaks of YAML 1.1 that are none in 1.2, and what no YAML text may hold as it is.
fn is_special(character: char) -> bool {
    let control = character.is_control() && character != '\n';
    control || matches!(character, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            _ if is_special(character) => out.push_str(&format!("\\u{:04X}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}
