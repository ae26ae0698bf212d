//! Tags: those of YAML's core schema, and no others.

use saphyr_parser::Tag;

use crate::diagnostic::{Diagnostic, Span};

/// The tag's name in the core schema; `!` alone means a text.
pub(super) fn tag_kind(tag: &Tag) -> String {
    let whole = format!("{}{}", tag.handle, tag.suffix);
    match whole.strip_prefix("tag:yaml.org,2002:") {
        Some(kind) => kind.to_owned(),
        None if whole == "!" => "str".to_owned(),
        None => whole,
    }
}

/// A tag that is not of the core schema, or that the text does not fit.
pub(super) fn tag_fault(kind: &str, span: Span, text: Option<&str>) -> Diagnostic {
    let fault = match text {
        Some(text) if matches!(kind, "null" | "bool" | "int" | "float") => {
            Diagnostic::error("manifest::tag", format!("`{text}` is not of the type `!!{kind}`"))
        }
        _ => Diagnostic::error("manifest::tag", format!("the tag `{kind}` is not known")),
    };
    fault.label(span, "tagged here").help("remove the tag; for a text that starts with `!`, use quotes")
}
