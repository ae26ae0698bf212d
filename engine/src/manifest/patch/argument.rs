//! `--set path=value`, the value in YAML.

use super::super::parse::parse_from;
use super::super::secret;
use super::super::tree::Spanned;
use super::set::{Patch, misplaced_sweeps};
use crate::diagnostic::{Diagnostic, Sources, Span};

/// Reads one argument as a source of its own.
pub(in crate::manifest) fn read_argument(
    argument: &str,
    sources: &mut Sources,
    faults: &mut Vec<Diagnostic>,
) -> Option<Patch> {
    let source = sources.find_or_add("--set", argument);
    let whole = Span { source, start: 0, end: argument.len() };
    let fault = |message: &str| Diagnostic::error("patch::argument", message);
    let Some(equals) = argument.find('=') else {
        secret::hide(sources, source);
        faults.push(
            fault("`--set` takes `path=value`").label(whole, "no `=`").help("as in `--set policy.with.steps=40`"),
        );
        return None;
    };
    let (tree, parsed) = parse_from(sources, source, equals + 1);
    let failed = parsed.iter().any(Diagnostic::is_error);
    faults.extend(parsed.into_iter().map(secret::hide_in));
    secret::hide(sources, source);
    let path = path(&sources.get(source).text[..equals], whole);
    let Some(mut value) = tree else {
        if !failed {
            let fault = fault("`--set` without a value").label(Span { start: equals, ..whole }, "nothing follows");
            faults.push(fault.help(format!("write `{}=null` to remove what is there", path.value)));
        }
        return None;
    };
    secret::refuse(&mut value, sources, faults);
    misplaced_sweeps(&value, faults);
    Some(Patch { path, value })
}

fn path(written: &str, whole: Span) -> Spanned<String> {
    let value = written.trim();
    let start = whole.start + written.len() - written.trim_start().len();
    Spanned { value: value.to_owned(), span: Span { start, end: start + value.len(), ..whole } }
}
