//! The texts of a diagnostic as miette reads them: whole lines, and several texts in one space of offsets.
//!
//! miette gives all labels of a diagnostic to one source. Laying the texts one after the other lets a fault have one
//! label in the manifest and another in a `--set` argument, each under its own text's name.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::{Source, SourceId, Sources, Span};

/// The texts that a diagnostic's labels are in.
#[derive(Debug)]
pub(super) struct Snippets {
    texts: Vec<Placed>,
}

#[derive(Debug)]
struct Placed {
    id: SourceId,
    /// The offset of the text's first byte.
    base: usize,
    source: Source,
}

impl Snippets {
    pub(super) fn new(spans: impl Iterator<Item = Span>, sources: &Sources) -> Self {
        let mut texts: Vec<Placed> = Vec::new();
        for span in spans {
            if texts.iter().all(|placed| placed.id != span.source) {
                let base = texts.last().map_or(0, |last| last.base + last.source.text.len() + 1);
                texts.push(Placed { id: span.source, base, source: sources.get(span.source).clone() });
            }
        }
        Self { texts }
    }

    /// The range of a span in the common space. The end of a text, where there is nothing to draw a label below, becomes
    /// its last character.
    pub(super) fn range(&self, span: Span, sources: &Sources) -> std::ops::Range<usize> {
        let mut span = sources.within(span);
        let text = &sources.get(span.source).text;
        if span.start == text.len() && span.start > 0 {
            span.start = text.floor_char_boundary(span.start - 1);
        }
        let base = self.texts.iter().find(|placed| placed.id == span.source).map_or(0, |placed| placed.base);
        base + span.start..base + span.end
    }
}

impl SourceCode for Snippets {
    /// With lines of context asked for, the whole lines of the span; without, the span alone, which is how miette asks
    /// for its line and column.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let placed = self.texts.iter().rfind(|placed| placed.base <= span.offset()).ok_or(MietteError::OutOfBounds)?;
        let text = &*placed.source.text;
        let (start, end) = (span.offset() - placed.base, span.offset() - placed.base + span.len());
        if end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let (from, to) = match context_lines_before {
            0 => (start, end),
            _ => (line_start, line_end(text, end)),
        };
        let line = text[..from].matches('\n').count();
        let column = text[line_start..from.max(line_start)].chars().count();
        let (data, lines) = (&text[from..to], text[from..to].trim_end_matches('\n').matches('\n').count() + 1);
        let place = SourceSpan::from(placed.base + from..placed.base + to);
        let name = placed.source.name.clone();
        Ok(Box::new(MietteSpanContents::new_named(name, data.as_bytes(), place, line, column, lines)))
    }
}

/// Where the line ends that a byte is on, with its break: a label at the end of a line is drawn below the break.
fn line_end(text: &str, byte: usize) -> usize {
    text[byte..].find('\n').map_or(text.len(), |length| byte + length + 1)
}
