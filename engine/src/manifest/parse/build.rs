//! From the parser's events to the tree.

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_yaml::Value;

use super::super::tree::{Entry, Kind, Mapping, Scalar, Tree};
use super::anchors::Anchors;
use super::key::{Key, distinct, key_of};
use super::offsets::Offsets;
use super::scalar::{resolve_plain, resolve_tagged};
use super::syntax;
use super::tag::{tag_fault, tag_kind};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};

/// How deeply collections may nest: far more than a manifest needs, and little enough for every recursion over trees.
pub(super) const DEPTH: usize = 64;

/// The tree of a text and everything that is wrong with it as YAML. No tree where the text has no value, or where the
/// parser cannot go on.
#[must_use]
pub fn parse(sources: &Sources, source: SourceId) -> (Option<Tree>, Vec<Diagnostic>) {
    parse_from(sources, source, 0)
}

/// The same for what follows a byte of the text.
pub(in crate::manifest) fn parse_from(
    sources: &Sources,
    source: SourceId,
    first: usize,
) -> (Option<Tree>, Vec<Diagnostic>) {
    let text = &*sources.get(source).text;
    let mut builder = Builder::new(source, text, first);
    let text = &text[first..];
    for event in Parser::new_from_str(text) {
        let outcome = match event {
            Ok((event, span)) => builder.accept(event, builder.offsets.span(span)),
            Err(error) => Err(builder.syntax_fault(&error)),
        };
        if let Err(fault) = outcome {
            builder.faults.push(fault);
            return (None, builder.faults);
        }
    }
    // A text without a value ends as a document with nothing in it, or as none.
    let root = builder.root.filter(|root| root.as_scalar().is_none_or(|leaf| !(leaf.plain && leaf.text.is_empty())));
    (root, builder.faults)
}

struct Builder<'text> {
    text: &'text str,
    source: SourceId,
    /// The byte at which the parser starts.
    first: usize,
    offsets: Offsets,
    anchors: Anchors,
    open: Vec<Open>,
    root: Option<Tree>,
    /// A second document has begun: only its syntax is of interest.
    over: bool,
    faults: Vec<Diagnostic>,
}

/// A collection whose end has not come.
struct Open {
    start: Span,
    anchor: usize,
    parts: Parts,
}

enum Parts {
    Items(Vec<Tree>),
    Entries(Vec<Entry>, Option<Key>),
}

impl<'text> Builder<'text> {
    fn new(source: SourceId, text: &'text str, first: usize) -> Self {
        let offsets = Offsets::new(source, text, first);
        let (anchors, open, faults) = (Anchors::default(), Vec::new(), Vec::new());
        Self { text, source, first, offsets, anchors, open, root: None, over: false, faults }
    }

    fn accept(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        match event {
            _ if self.over => {}
            Event::DocumentStart(_) if self.root.is_some() => self.second_document(span),
            Event::Scalar(text, style, anchor, tag) => {
                let tree = self.scalar(text.into_owned(), style, tag.as_deref(), span);
                self.close(tree, anchor);
            }
            Event::Alias(id) => self.alias(id, span)?,
            Event::SequenceStart(anchor, tag) => {
                self.check_collection_tag(tag.as_deref(), "seq", span);
                let start = Span { start: self.first_dash(span.start), ..span };
                self.begin(Open { start, anchor, parts: Parts::Items(Vec::new()) })?;
            }
            Event::MappingStart(anchor, tag) => {
                self.check_collection_tag(tag.as_deref(), "map", span);
                self.begin(Open { start: span, anchor, parts: Parts::Entries(Vec::new(), None) })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            _ => {}
        }
        Ok(())
    }

    fn second_document(&mut self, span: Span) {
        self.over = true;
        let fault = Diagnostic::error("manifest::several_documents", "the file holds several documents")
            .label(span, "the second one starts here")
            .help("a manifest is one document: remove the `---` between the parts, or make a file of each");
        self.faults.push(fault);
    }

    fn begin(&mut self, open: Open) -> Result<(), Diagnostic> {
        if self.open.len() >= DEPTH {
            let message = format!("the values nest deeper than {DEPTH} levels");
            let fault = Diagnostic::error("manifest::nesting", message).label(open.start, "one level too many");
            return Err(fault.help("flatten the value, or keep it in a file of its own"));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        let closed_by_bracket = matches!(self.text.get(span.start..span.end), Some("}" | "]"));
        let (last, kind) = match open.parts {
            Parts::Items(items) => (items.last().map(|item| item.span.end), Kind::Sequence(items)),
            Parts::Entries(entries, _) => {
                let last = entries.last().map(|entry| entry.value.span.end.max(entry.key.span.end));
                (last, Kind::Mapping(Mapping { entries: distinct(entries, &mut self.faults) }))
            }
        };
        let end = if closed_by_bracket { span.end } else { last.unwrap_or(open.start.end) };
        let tree = Tree::new(Span { end: end.max(open.start.start), ..open.start }, kind);
        self.close(tree, open.anchor);
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Diagnostic> {
        let tree = self.anchors.expand(id, DEPTH - self.open.len()).map_err(|unusable| {
            Diagnostic::error("manifest::alias_expansion", unusable.message())
                .label(span, "expanded here")
                .help("write the values out, or use `vars`")
        })?;
        self.place(Tree { span, ..tree });
        Ok(())
    }

    /// A value is complete.
    fn close(&mut self, tree: Tree, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, &tree);
        }
        self.place(tree);
    }

    fn place(&mut self, tree: Tree) {
        match self.open.last_mut().map(|open| &mut open.parts) {
            None => self.root = Some(tree),
            Some(Parts::Items(items)) => items.push(tree),
            Some(Parts::Entries(entries, key)) => match key.take() {
                None => *key = Some(key_of(tree, &mut self.faults)),
                Some(Key::Named(key)) => entries.push(Entry { key, value: tree }),
                Some(Key::Refused) => {}
            },
        }
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Tree {
        let written_plain = style == ScalarStyle::Plain;
        let length = written_length(&self.text[span.start..span.end], &text, style);
        let span = Span { end: span.start + length, ..span };
        let untagged = || if written_plain { resolve_plain(&text) } else { Value::String(text.clone()) };
        let value = match tag.map(tag_kind) {
            None => untagged(),
            Some(kind) => resolve_tagged(&kind, &text).unwrap_or_else(|| {
                self.faults.push(tag_fault(&kind, span, Some(&text)));
                untagged()
            }),
        };
        Tree::new(span, Kind::Scalar(Scalar { text, value, plain: written_plain && tag.is_none() }))
    }

    /// Where a list begins: the parser places one that is not indented below its key after the first dash.
    fn first_dash(&self, start: usize) -> usize {
        let before = self.text[..start].trim_end_matches(' ');
        let at_dash = self.text[start..].starts_with("- ") || self.text[start..].starts_with("-\n");
        if !at_dash && before.len() < start && before.ends_with('-') { before.len() - 1 } else { start }
    }

    fn check_collection_tag(&mut self, tag: Option<&Tag>, expected: &str, span: Span) {
        match tag.map(tag_kind) {
            Some(kind) if kind != expected && kind != "str" => self.faults.push(tag_fault(&kind, span, None)),
            _ => {}
        }
    }

    fn syntax_fault(&self, error: &saphyr_parser::ScanError) -> Diagnostic {
        let start = self.offsets.byte(error.marker().index());
        let start =
            if self.text[start..].trim().is_empty() { self.text.trim_end().len().max(self.first) } else { start };
        let length = self.text[start..].chars().next().filter(|next| !next.is_control()).map_or(0, char::len_utf8);
        let at = Span { source: self.source, start, end: start + length };
        let opened = self.open.iter().rev().map(|open| open.start);
        let opened = opened.map(|span| Span { end: span.end.min(span.start + 1), ..span });
        let bracket = opened.into_iter().find(|span| self.text[span.start..].starts_with(['{', '[']));
        syntax::fault(error.info(), self.text, at, bracket)
    }
}

/// How much of what the parser gives as a scalar's place is the scalar: the place of a quoted one goes on over a comment,
/// that of a block over empty lines, that of nothing over what follows it.
fn written_length(place: &str, text: &str, style: ScalarStyle) -> usize {
    let quote = match style {
        ScalarStyle::Plain if text.is_empty() && !place.starts_with(['!', '&']) => return 0,
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => return place.trim_end().len(),
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
    };
    let Some(open) = place.find(quote) else { return place.len() };
    let mut rest = place[open + 1..].char_indices().peekable();
    while let Some((index, next)) = rest.next() {
        if next == '\\' && quote == '"' {
            rest.next();
        } else if next == quote && rest.next_if(|(_, after)| quote == '\'' && *after == quote).is_none() {
            return open + 1 + index + 1;
        }
    }
    place.len()
}
