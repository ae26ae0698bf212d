//! Diagnostics as miette draws them.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::snippet::Snippets;
use super::{Diagnostic, Severity, Sources};

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
        .with_context_lines(1)
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
    snippets: Snippets,
    labels: Vec<LabeledSpan>,
}

impl Rendered {
    /// Joins a diagnostic with its texts.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let snippets = Snippets::new(diagnostic.labels.iter().map(|label| label.span), sources);
        let labels = diagnostic.labels.iter().enumerate().map(|(index, label)| {
            let range = snippets.range(label.span, sources);
            match index {
                0 => LabeledSpan::new_primary_with_span(Some(label.text.clone()), range),
                _ => LabeledSpan::new_with_span(Some(label.text.clone()), range),
            }
        });
        Self {
            message: diagnostic.message.clone(),
            code: diagnostic.code,
            severity: diagnostic.severity,
            help: diagnostic.help.clone(),
            labels: labels.collect(),
            snippets,
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
        Some(&self.snippets)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.labels.is_empty() {
            return None;
        }
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    fn drawn(text: &str, spans: &[(usize, usize)]) -> String {
        let mut sources = Sources::default();
        let source = sources.add("flow.yaml", text);
        let fault = Diagnostic::error("test::fault", "it is wrong").help("mend it");
        let fault = spans
            .iter()
            .fold(fault, |fault, (start, end)| fault.label(Span { source, start: *start, end: *end }, "here"));
        render(&[fault], &sources, 80, Palette::Plain)
    }

    #[test]
    fn draws_the_whole_lines_and_no_others() {
        let expected = "test::fault\n\n  × it is wrong\n   ╭─[flow.yaml:2:4]\n 2 │ b: x # c\n   ·    ┬\n   ·    ╰── here\n   ╰────\n  help: mend it\n";
        assert_eq!(drawn("a: 1\nb: x # c\nd: 2\n", &[(8, 9)]), expected);
        assert_eq!(drawn("a: 1\r\nb: x # c\r\nd: 2\r\n", &[(9, 10)]), expected);
    }

    #[test]
    fn counts_columns_in_characters_and_draws_wide_ones() {
        let text = "日本: [é, x]\n\ty: z";
        let at = text.find('x').unwrap_or_default();
        let out = drawn(text, &[(at, at + 1)]);
        assert!(out.contains("[flow.yaml:1:9]") && out.contains(" 1 │ 日本: [é, x]\n   ·           ┬\n"), "{out}");
        let out = drawn(text, &[(text.len() - 1, text.len())]);
        assert!(out.contains("[flow.yaml:2:5]") && out.contains(" 2 │     y: z\n   ·        ┬\n"), "{out}");
    }

    #[test]
    fn draws_places_at_the_end_and_labels_apart() {
        assert!(drawn("a: 1\n\n", &[(5, 5)]).contains("[flow.yaml:2:1]\n 2 │ \n   · ▲\n"));
        assert!(drawn("a: 1\nb", &[(4, 4)]).contains(" 1 │ a: 1\n   ·     ▲\n"));
        assert!(drawn("a: 1", &[(4, 4)]).contains(" 1 │ a: 1\n   ·    ┬\n"));
        let apart = drawn("a: 1\nb: 2\nc: 3\nd: 4\n", &[(15, 16), (0, 1)]);
        assert_eq!(apart.matches("╭─[flow.yaml:").count(), 2, "{apart}");
        assert!(drawn("", &[(0, 0)]).contains("it is wrong"));
        assert!(!drawn("a", &[]).contains("flow.yaml"));
    }

    #[test]
    fn draws_labels_in_several_texts_in_one_diagnostic() {
        let mut sources = Sources::default();
        let file = sources.add("flow.yaml", "a: 1\n");
        let argument = sources.add("--set", "a=x");
        let fault = Diagnostic::error("test::fault", "it is wrong")
            .label(Span { source: argument, start: 2, end: 3 }, "a text")
            .label(Span { source: file, start: 3, end: 4 }, "it replaces this");
        let out = render(&[fault], &sources, 80, Palette::Plain);
        let (first, second) = (out.find("[--set:1:3]"), out.find("[flow.yaml:1:4]"));
        assert!(first.is_some() && first < second, "{out}");
    }

    #[test]
    fn colours_only_for_terminals() {
        let mut sources = Sources::default();
        let source = sources.add("flow.yaml", "a: 1\n");
        let faults = [Diagnostic::warning("test::fault", "odd").label(Span { source, start: 0, end: 1 }, "here")];
        assert!(render(&faults, &sources, 80, Palette::Colour).contains('\u{1b}'));
        assert!(!render(&faults, &sources, 80, Palette::Plain).contains('\u{1b}'));
    }
}
