//! Keys: texts, each once in its mapping.

use super::super::tree::{Entry, Kind, Spanned, Tree};
use crate::diagnostic::{Diagnostic, Span};

/// A key that waits for its value.
pub(super) enum Key {
    Named(Spanned<String>),
    /// The fault is told; the value has no place to go.
    Refused,
}

/// The key that a value in a key's place is.
pub(super) fn key_of(tree: Tree, faults: &mut Vec<Diagnostic>) -> Key {
    let span = tree.span;
    let Kind::Scalar(scalar) = tree.kind else {
        let message = format!("a key must be a text, not {}", tree.described());
        let fault = Diagnostic::error("manifest::key_type", message).label(span, "not a text");
        faults.push(fault.help("did you mean a text? `{`, `[`, `*` and `&` at the start of a text need quotes"));
        return Key::Refused;
    };
    if !scalar.value.is_string() {
        let message = match scalar.text.as_str() {
            "" => "a key is missing before the `:`".to_owned(),
            text => format!("the key `{text}` is not a text"),
        };
        let fault = Diagnostic::error("manifest::key_type", message).label(span, "this key");
        faults.push(match scalar.text.as_str() {
            "" => fault.help("write `key: value`"),
            text => fault.help(format!("put it in quotes: `\"{text}\"`")),
        });
        return Key::Refused;
    }
    Key::Named(Spanned { value: scalar.text, span })
}

/// The entries with the first of every key.
pub(super) fn distinct(mut entries: Vec<Entry>, faults: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|left, right| entries[*left].key.value.cmp(&entries[*right].key.value));
    let mut refused = Vec::new();
    let mut first = 0;
    for (position, index) in order.iter().enumerate() {
        let key = &entries[*index].key;
        if position > 0 && entries[order[first]].key.value == key.value {
            faults.push(duplicate(&entries[order[first]].key, key));
            refused.push(*index);
        } else {
            first = position;
        }
        if key.value == "<<" {
            faults.push(merge_key(key.span));
            refused.push(*index);
        }
    }
    if !refused.is_empty() {
        let mut index = 0..;
        entries.retain(|_| index.next().is_none_or(|index| !refused.contains(&index)));
    }
    entries
}

fn duplicate(first: &Spanned<String>, second: &Spanned<String>) -> Diagnostic {
    Diagnostic::error("manifest::duplicate_key", format!("the key `{}` is there twice", second.value))
        .label(second.span, "again here")
        .label(first.span, "first here")
        .help("remove one of them, or rename it")
}

fn merge_key(span: Span) -> Diagnostic {
    Diagnostic::error("manifest::merge_key", "`<<` is not part of YAML 1.2")
        .label(span, "nothing is merged here")
        .help("repeat the keys, or use `vars` for a whole value that is needed twice")
}
