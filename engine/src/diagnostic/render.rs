//! Diagnostics as miette draws them.
//!
//! miette's labels share one source, so labels in a second source (a `--set` argument beside the manifest) become a
//! related diagnostic.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use super::{Diagnostic, Severity, SourceId, Sources};

/// How a list of diagnostics is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Without escape sequences: pipes, files, snapshots.
    Plain,
    /// For a terminal.
    Colour,
}

/// Every diagnostic as miette draws it, one after the other, no line of prose wider than `width` columns.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, width: usize, palette: Palette) -> String {
    let theme = match palette {
        Palette::Plain => GraphicalTheme::unicode_nocolor(),
        Palette::Colour => GraphicalTheme::unicode(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width.max(20))
        .with_context_lines(0)
        .with_links(false)
        .without_syntax_highlighting();
    let mut out = String::new();
    for diagnostic in diagnostics {
        if !out.is_empty() {
            out.push('\n');
        }
        handler.render_report(&mut out, &Rendered::new(diagnostic, sources)).expect("a String takes all text");
    }
    out
}

/// A diagnostic together with the texts that it points into, ready for a miette report handler.
#[derive(Debug)]
pub struct Rendered {
    message: String,
    code: &'static str,
    severity: Severity,
    help: Option<String>,
    source: Option<NamedSource<String>>,
    labels: Vec<LabeledSpan>,
    elsewhere: Vec<Rendered>,
}

impl Rendered {
    /// Joins a diagnostic with its texts.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let mut order: Vec<SourceId> = Vec::new();
        for label in &diagnostic.labels {
            if !order.contains(&label.span.source) {
                order.push(label.span.source);
            }
        }
        let mut parts = order.iter().map(|id| Self::part(diagnostic, sources, *id));
        let mut first = parts.next().unwrap_or_else(|| Self::bare(diagnostic));
        first.elsewhere = parts.map(|part| Self { message: "this place has a part in it".into(), ..part }).collect();
        first.help.clone_from(&diagnostic.help);
        first
    }

    fn bare(diagnostic: &Diagnostic) -> Self {
        Self {
            message: diagnostic.message.clone(),
            code: diagnostic.code,
            severity: diagnostic.severity,
            help: None,
            source: None,
            labels: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    fn part(diagnostic: &Diagnostic, sources: &Sources, id: SourceId) -> Self {
        let source = sources.get(id);
        let labels = diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.source == id);
        let labels = labels.map(|(index, label)| {
            let range = label.span.start..label.span.end;
            match index {
                0 => LabeledSpan::new_primary_with_span(Some(label.text.clone()), range),
                _ => LabeledSpan::new_with_span(Some(label.text.clone()), range),
            }
        });
        Self {
            labels: labels.collect(),
            source: Some(NamedSource::new(&source.name, source.text.to_string())),
            ..Self::bare(diagnostic)
        }
    }
}

impl fmt::Display for Rendered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Rendered {}

impl miette::Diagnostic for Rendered {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.elsewhere.is_empty() {
            return None;
        }
        Some(Box::new(self.elsewhere.iter().map(|part| part as &dyn miette::Diagnostic)))
    }
}
