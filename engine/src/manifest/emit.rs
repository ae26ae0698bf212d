//! From a tree back to text: the resolved manifest that a run keeps beside its results.

use serde_yaml::Value;

use super::parse::resolve_plain;
use super::tree::{Kind, Tree};

/// The tree as YAML that reads back as the same values.
///
/// The emitter leaves some texts plain that this crate reads as something else: `$name` would be a variable again.
/// They are written with a character in front that occurs nowhere in the tree, which is then turned into quotes.
#[must_use]
pub fn emit(tree: &Tree) -> String {
    let mark = unused_character(tree);
    let mut value = tree.to_value();
    protect(&mut value, mark);
    let text = serde_yaml::to_string(&value).expect("a tree is plain data with text keys");
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split(mark);
    out.extend(parts.next());
    for part in parts {
        let end = part.find('\n').unwrap_or(part.len());
        out.extend(["'", &part[..end], "'", &part[end..]]);
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

fn protect(value: &mut Value, mark: char) {
    match value {
        Value::String(text) if needs_quotes(text) => text.insert(0, mark),
        Value::Sequence(items) => items.iter_mut().for_each(|item| protect(item, mark)),
        Value::Mapping(mapping) => mapping.values_mut().for_each(|value| protect(value, mark)),
        _ => {}
    }
}

/// Texts of single words that would not be read back as themselves.
fn needs_quotes(text: &str) -> bool {
    let variable = text.strip_prefix('$').is_some_and(super::name::is_name);
    variable || !resolve_plain(text).is_string() && !text.is_empty()
}
