//! Which texts can be names.

use super::tree::Spanned;
use crate::diagnostic::Diagnostic;

/// Names that mean something else at the start of a patch's path.
const RESERVED: [&str; 7] = ["vars", "seed", "name", "nodes", "report", "presets", "ablations"];

/// Whether a node, a block, a variable or a port can be called so: `[A-Za-z_][A-Za-z0-9_-]*`.
pub(super) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    first && characters.all(|next| next.is_ascii_alphanumeric() || matches!(next, '_' | '-'))
}

/// What is wrong with the name of a node, a block or a carried value.
pub(super) fn check_node_name(name: &Spanned<String>) -> Option<Diagnostic> {
    let text = &name.value;
    if RESERVED.contains(&text.as_str()) {
        let fault = Diagnostic::error("manifest::node_name", format!("`{text}` is reserved, a node cannot have it"));
        return Some(
            fault.label(name.span, "reserved").help(format!("choose another name, for example `{text}_rows`")),
        );
    }
    let fault = || {
        Diagnostic::error("manifest::node_name", format!("`{text}` cannot be a node's name"))
            .label(name.span, "not a name")
            .help(format!("{}; references and patches write it between dots", suggestion(text)))
    };
    (!is_name(text)).then(fault)
}

/// What is wrong with the name of a variable.
pub(super) fn check_variable_name(name: &Spanned<String>) -> Option<Diagnostic> {
    let fault = || {
        Diagnostic::error("manifest::variable_name", format!("`{}` cannot be a variable's name", name.value))
            .label(name.span, "not a name")
            .help(format!("{}; it is used as `$name`", suggestion(&name.value)))
    };
    (!is_name(&name.value)).then(fault)
}

/// What is wrong with the pipeline's own name, which names folders and reports: `[a-z0-9][a-z0-9._-]*`.
pub(super) fn check_pipeline_name(name: &Spanned<String>) -> Option<Diagnostic> {
    let allowed = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let begins = name.value.starts_with(allowed);
    let fault = || {
        Diagnostic::error("manifest::name", format!("`{}` cannot be a pipeline's name", name.value))
            .label(name.span, "not a name")
            .help("use lowercase letters, digits, `.`, `_` and `-`, and start with a letter or digit")
    };
    let rest = name.value.chars().all(|next| allowed(next) || matches!(next, '.' | '_' | '-'));
    (!(begins && rest)).then(fault)
}

fn suggestion(text: &str) -> String {
    let fitting = |character: char| if character.is_ascii_alphanumeric() { character } else { '_' };
    let name: String = text.chars().map(fitting).collect();
    match is_name(&name) {
        true => format!("use letters, digits, `_` and `-`, as in `{name}`"),
        false => "start with a letter, then letters, digits, `_` and `-`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Sources, Span};

    fn spanned(text: &str) -> Spanned<String> {
        let source = Sources::default().add("test", text);
        Spanned { value: text.to_owned(), span: Span { source, start: 0, end: text.len() } }
    }

    #[test]
    fn nodes_have_names_that_paths_can_hold() {
        for text in ["a", "_a", "outcome-only", "a_1", "A9", "names", "seeds"] {
            assert_eq!(check_node_name(&spanned(text)), None, "{text}");
        }
        for text in ["", "1a", "-a", "a.b", "a b", "a[1]", "é", "seed", "vars", "report", "a@1"] {
            assert!(check_node_name(&spanned(text)).is_some(), "{text}");
        }
    }

    #[test]
    fn pipelines_have_names_that_folders_can_have() {
        for text in ["recode", "0", "re.code-2_b"] {
            assert_eq!(check_pipeline_name(&spanned(text)), None, "{text}");
        }
        for text in ["", "Recode", ".hidden", "a/b", "a b", "..", "é"] {
            assert!(check_pipeline_name(&spanned(text)).is_some(), "{text}");
        }
    }

    #[test]
    fn suggests_a_name_that_is_one() {
        let help = check_node_name(&spanned("my node")).and_then(|fault| fault.help).unwrap_or_default();
        assert!(help.contains("`my_node`"), "{help}");
    }
}
