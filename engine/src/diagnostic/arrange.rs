//! The order in which diagnostics are told: by place, each once.

use std::collections::HashSet;

use super::Diagnostic;

/// Each diagnostic once, in the order of the places that they point at; those without a place come first. Checking
/// every preset and variant of a manifest finds the same fault many times.
#[must_use]
pub fn arrange(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    let mut once: Vec<_> = diagnostics.into_iter().filter(|diagnostic| seen.insert(diagnostic.clone())).collect();
    once.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    once
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Sources, Span};

    #[test]
    fn tells_each_once_and_in_order() {
        let mut sources = Sources::default();
        let source = sources.add("test", "a b c");
        let at = |start: usize, message: &str| {
            Diagnostic::error("test::fault", message).label(Span { source, start, end: start + 1 }, "here")
        };
        let everywhere = Diagnostic::warning("test::fault", "no place");
        let given = vec![at(4, "c"), at(0, "a"), at(4, "c"), everywhere.clone(), at(0, "another at a"), at(0, "a")];
        assert_eq!(arrange(given), [everywhere, at(0, "a"), at(0, "another at a"), at(4, "c")]);
    }
}
