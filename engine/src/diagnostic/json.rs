//! Diagnostics as JSON, for editors and other programs.

use serde::Serialize;

use super::{Diagnostic, Label, Severity, Sources};

/// A diagnostic with its places as a person counts them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiagnosticJson {
    /// Stable name such as `graph::port_type`.
    pub code: String,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What can be done; null where nothing is known.
    pub help: Option<String>,
    /// Where, the primary place first.
    pub labels: Vec<LabelJson>,
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabelJson {
    /// The file as named on the command line, or `--set`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Length in characters.
    pub length: usize,
    /// What stands there.
    pub text: String,
}

impl DiagnosticJson {
    /// The view of a diagnostic whose spans are in these sources.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        Self {
            code: diagnostic.code.to_owned(),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            labels: diagnostic.labels.iter().map(|label| LabelJson::new(label, sources)).collect(),
        }
    }
}

impl LabelJson {
    fn new(label: &Label, sources: &Sources) -> Self {
        let position = sources.position(label.span);
        Self {
            file: sources.get(label.span.source).name.clone(),
            line: position.line,
            column: position.column,
            length: position.length,
            text: label.text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn counts_as_a_person_does() {
        let mut sources = Sources::default();
        let source = sources.add("flow.yaml", "name: é\nnodes: ü\n");
        let diagnostic = Diagnostic::error("manifest::test", "`nodes` is wrong")
            .label(Span { source, start: 16, end: 18 }, "not a mapping")
            .help("write one");
        let json = serde_json::to_value(DiagnosticJson::new(&diagnostic, &sources)).unwrap();
        let label = serde_json::json!(
            {"file": "flow.yaml", "line": 2, "column": 8, "length": 1, "text": "not a mapping"});
        assert_eq!(
            json,
            serde_json::json!({"code": "manifest::test", "severity": "error", "message": "`nodes` is wrong",
                "help": "write one", "labels": [label]})
        );
    }
}
