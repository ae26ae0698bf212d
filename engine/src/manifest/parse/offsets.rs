//! From the parser's character indices to byte ranges.

use crate::diagnostic::{SourceId, Span};

/// Translates places in one text.
pub(super) struct Offsets {
    source: SourceId,
    /// The byte at which each character starts; empty for ASCII, where both counts agree.
    bytes: Vec<usize>,
    first: usize,
    length: usize,
}

impl Offsets {
    /// For a parser that starts at the byte `first` of the text.
    pub(super) fn new(source: SourceId, text: &str, first: usize) -> Self {
        let parsed = &text[first..];
        let starts = || parsed.char_indices().map(|(byte, _)| first + byte).collect();
        let bytes = if parsed.is_ascii() { Vec::new() } else { starts() };
        Self { source, bytes, first, length: text.len() }
    }

    /// The byte at which a character starts; the text's end for anything beyond it.
    pub(super) fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() {
            return self.first.saturating_add(character).min(self.length);
        }
        self.bytes.get(character).copied().unwrap_or(self.length)
    }

    pub(super) fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.byte(span.start.index());
        Span { source: self.source, start, end: self.byte(span.end.index()).max(start) }
    }
}
