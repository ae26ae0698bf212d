//! The tags `{% generation %}` and `{% endgeneration %}`, between which stands what the assistant said. Owns how their
//! place is found in the rendered text.
//!
//! minijinja has no tags of one's own, so the two become a filter block, whose filter puts a mark before and after what
//! it is given. The marks are noncharacters, which no text should contain and a conversation that does is refused for.

use std::ops::Range;

use super::TemplateError;

/// The filter that the tags become.
pub(super) const FILTER: &str = "_generation";

const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';

/// The template with the two tags replaced; nothing where it has none.
pub(super) fn rewrite(source: &str) -> Option<String> {
    let mut rewritten = String::with_capacity(source.len());
    let (mut rest, mut found) = (source, false);
    while let Some(start) = rest.find("{%") {
        let Some(end) = rest[start..].find("%}").map(|end| start + end) else { break };
        let inside = &rest[start + 2..end];
        let name = inside.trim_start_matches(['-', '+']).trim_end_matches(['-', '+']);
        let block = match name.trim() {
            "generation" => Some(format!(" filter {FILTER} ")),
            "endgeneration" => Some(" endfilter ".to_owned()),
            _ => None,
        };
        found |= block.is_some();
        rewritten.push_str(&rest[..start + 2]);
        rewritten.push_str(&block.map_or(inside.to_owned(), |block| inside.replace(name, &block)));
        rewritten.push_str("%}");
        rest = &rest[end + 2..];
    }
    rewritten.push_str(rest);
    found.then_some(rewritten)
}

/// What the filter does.
pub(super) fn mark(text: &str) -> String {
    format!("{OPEN}{text}{CLOSE}")
}

/// Refuses a text with a mark in it.
pub(super) fn refuse_marks(text: &str) -> Result<(), TemplateError> {
    match text.chars().find(|character| [OPEN, CLOSE].contains(character)) {
        Some(mark) => Err(TemplateError::Mark(u32::from(mark))),
        None => Ok(()),
    }
}

/// The text without its marks, and the bytes that were between them.
pub(super) fn take_marks(marked: &str) -> (String, Vec<Range<usize>>) {
    let mut text = String::with_capacity(marked.len());
    let mut ranges = Vec::new();
    let mut start = 0;
    for piece in marked.split_inclusive([OPEN, CLOSE]) {
        text.push_str(piece.trim_end_matches([OPEN, CLOSE]));
        match piece.chars().next_back() {
            Some(OPEN) => start = text.len(),
            Some(CLOSE) => ranges.push(start..text.len()),
            _ => {}
        }
    }
    (text, ranges)
}
