//! The texts that a check reads, and byte ranges in them.

use std::sync::Arc;

/// One of the texts of a check: the manifest, or a `--set` argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A byte range `start..end` in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text that the range is in.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A named text.
#[derive(Clone, Debug)]
pub struct Source {
    /// How diagnostics call it: a file's path as given, or `--set`.
    pub name: String,
    /// The text itself.
    pub text: Arc<str>,
}

/// Line and column of a span's start, both from 1, the column in characters; the length is in characters too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Length in characters.
    pub length: usize,
}

/// Every text that spans may point into.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Adds a text and gives the id that its spans carry.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        let id = SourceId(u32::try_from(self.all.len()).expect("a check reads a handful of texts"));
        self.all.push(Source { name: name.into(), text: text.into() });
        id
    }

    /// The text behind an id of this collection.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// The id of a text that is already here under this name, or of the text added now: checking many selections
    /// with the same `--set` argument gives the same spans, and so the same diagnostics.
    pub fn find_or_add(&mut self, name: &str, text: &str) -> SourceId {
        let known = self.all.iter().position(|source| source.name == name && &*source.text == text);
        match known.and_then(|index| u32::try_from(index).ok()) {
            Some(index) => SourceId(index),
            None => self.add(name, text),
        }
    }

    /// Hides a range of a text from every snippet that will be printed of it. Characters keep their number of bytes,
    /// so that every span into the text stays what it was.
    pub(crate) fn hide(&mut self, span: Span) {
        let source = &mut self.all[span.source.0 as usize];
        let span = within(&source.text, span);
        let hidden: String = source.text[span.start..span.end].chars().map(hidden).collect();
        source.text = [&source.text[..span.start], &hidden, &source.text[span.end..]].concat().into();
    }

    /// The span, cut to its text and widened to whole characters.
    pub(super) fn within(&self, span: Span) -> Span {
        within(&self.get(span.source).text, span)
    }

    /// The text at a span.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        let text = &self.get(span.source).text;
        let span = within(text, span);
        &text[span.start..span.end]
    }

    /// Where a span stands, as a person counts. A span that does not fit the text is cut to it.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let text = &self.get(span.source).text;
        let span = within(text, span);
        let before = &text[..span.start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            length: text[span.start..span.end].chars().count(),
        }
    }
}

/// The span, cut to the text and widened to whole characters.
fn within(text: &str, span: Span) -> Span {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end).max(start);
    Span { start, end, ..span }
}

/// A character that says nothing and is as long as the one given; line breaks stay.
fn hidden(character: char) -> char {
    match (character, character.len_utf8()) {
        ('\n' | '\r', _) => character,
        (_, 1) => '*',
        (_, 2) => '\u{b7}',
        (_, 3) => '\u{2022}',
        _ => '\u{1f512}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, start: usize, end: usize) -> (usize, usize, usize) {
        let mut sources = Sources::default();
        let source = sources.add("test", text);
        let Position { line, column, length } = sources.position(Span { source, start, end });
        (line, column, length)
    }

    #[test]
    fn counts_lines_and_characters_from_one() {
        assert_eq!(position("a: b\nc: d", 5, 6), (2, 1, 1));
        assert_eq!(position("é: ü\r\nß: x", 8, 10), (2, 1, 1));
        assert_eq!(position("日本: x", 8, 9), (1, 5, 1));
    }

    #[test]
    fn takes_spans_at_the_end_and_beyond_it() {
        assert_eq!(position("ab\n", 3, 3), (2, 1, 0));
        assert_eq!(position("ab", 1, 90), (1, 2, 1));
        assert_eq!(position("ab", 70, 90), (1, 3, 0));
        assert_eq!(position("aé", 2, 2), (1, 2, 1), "inside a character: the whole character");
        assert_eq!(position("", 0, 0), (1, 1, 0));
    }

    #[test]
    fn hides_without_moving_anything() {
        let mut sources = Sources::default();
        let source = sources.add("test", "a: pässw日🔑!\nb");
        sources.hide(Span { source, start: 3, end: 16 });
        let text = &sources.get(source).text;
        assert!(text.starts_with("a: *\u{b7}***\u{2022}\u{1f512}") && text.ends_with("!\nb"), "{text}");
        assert_eq!(text.len(), "a: pässw日🔑!\nb".len());
    }

    #[test]
    fn gives_one_id_to_one_text() {
        let mut sources = Sources::default();
        let first = sources.find_or_add("--set", "a=1");
        let second = sources.find_or_add("--set", "a=2");
        assert_ne!(first, second);
        assert_eq!(first, sources.find_or_add("--set", "a=1"));
    }
}
