//! URLs that carry a user name or password: refused, and hidden from everything that is printed.
//!
//! A snippet shows whole lines, and any fault may have its label on the line of such a URL. So the text that snippets
//! are cut from loses the secret itself, character by character, before the first diagnostic is drawn; a label that
//! points elsewhere would protect one diagnostic only.

use std::ops::Range;

use super::tree::{Kind, Scalar, Tree};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};

/// Hides every URL's user information in the text of a source.
pub(super) fn hide(sources: &mut Sources, source: SourceId) {
    for range in user_information(&sources.get(source).text.clone()) {
        sources.hide(Span { source, start: range.start, end: range.end });
    }
}

/// Hides every URL's user information in what a diagnostic says.
pub(super) fn hide_in(mut diagnostic: Diagnostic) -> Diagnostic {
    let Diagnostic { message, labels, help, .. } = &mut diagnostic;
    let texts = labels.iter_mut().map(|label| &mut label.text).chain(help.as_mut()).chain([message]);
    for text in texts {
        if let Some(masked) = masked(text) {
            *text = masked;
        }
    }
    diagnostic
}

/// Reports every scalar and key of the tree that holds such a URL, and takes the secret out of both tree and source.
pub(super) fn refuse(tree: &mut Tree, sources: &mut Sources, faults: &mut Vec<Diagnostic>) {
    match &mut tree.kind {
        Kind::Scalar(Scalar { text, value, .. }) => {
            if let Some(masked) = masked(text) {
                faults.push(fault(tree.span, sources));
                *value = masked.clone().into();
                *text = masked;
            }
        }
        Kind::Sequence(items) => items.iter_mut().for_each(|item| refuse(item, sources, faults)),
        Kind::Mapping(mapping) => {
            for entry in &mut mapping.entries {
                if let Some(masked) = masked(&entry.key.value) {
                    faults.push(fault(entry.key.span, sources));
                    entry.key.value = masked;
                }
                refuse(&mut entry.value, sources, faults);
            }
        }
    }
}

fn fault(span: Span, sources: &mut Sources) -> Diagnostic {
    if user_information(sources.text(span)).is_empty() {
        // Written with escapes: what is secret in it cannot be told from the rest.
        sources.hide(span);
    }
    Diagnostic::error("manifest::secret_in_url", "a URL carries a user name or password")
        .label(span, "hidden here, but not in your file")
        .help("take what stands before the `@` out of the file; name a key instead, as in `key_env: NAME_OF_VARIABLE`")
}

fn masked(text: &str) -> Option<String> {
    let ranges = user_information(text);
    if ranges.is_empty() {
        return None;
    }
    let mut masked = text.to_owned();
    for range in ranges.into_iter().rev() {
        masked.replace_range(range, "***");
    }
    Some(masked)
}

/// Where URLs have their user information; `\/` is how some JSON writers put a slash.
fn user_information(text: &str) -> Vec<Range<usize>> {
    let marks = text.match_indices(':').filter_map(|(colon, _)| {
        let rest = &text[colon..];
        let slashes = ["://", ":\\/\\/"].into_iter().find(|slashes| rest.starts_with(slashes))?;
        text[..colon].ends_with(|last: char| last.is_ascii_alphanumeric()).then_some(colon + slashes.len())
    });
    let found = marks.filter_map(|start| {
        let ends = |character: char| character.is_whitespace() || "/?#\"'<>`\\".contains(character);
        let authority = &text[start..];
        let authority = &authority[..authority.find(ends).unwrap_or(authority.len())];
        authority.rfind('@').filter(|at| *at > 0).map(|at| start..start + at)
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_user_information_and_nothing_else() {
        let cases = [
            ("https://user:pw@host/x", Some("https://***@host/x")),
            ("https://token@host", Some("https://***@host")),
            ("a http://u:p@h b https://é:日@h", Some("a http://***@h b https://***@h")),
            ("https:\\/\\/u:p@h", Some("https:\\/\\/***@h")),
            ("https://host/@user", None),
            ("https://host?to=a@b", None),
            ("https://host and a@b", None),
            ("mail a@b", None),
            ("://u@h", None),
            ("https://@host", None),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text).as_deref(), expected, "{text}");
        }
    }
}
