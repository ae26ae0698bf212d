//! Syntax errors in the reader's words: what most likely happened, and what to do.

use crate::diagnostic::{Diagnostic, Span};

/// The fault for what the parser says, with the bracket that is open at that point.
pub(super) fn fault(info: &str, text: &str, at: Span, bracket: Option<Span>) -> Diagnostic {
    let cause = tab(info, text, at)
        .or_else(|| escape(info, at))
        .or_else(|| quote(info, at))
        .or_else(|| first_character(info, text, at))
        .or_else(|| space_after_colon(text, at))
        .or_else(|| colon_in_text(info, at))
        .or_else(|| unclosed_bracket(text, at, bracket))
        .or_else(|| indentation(info, at));
    cause.unwrap_or_else(|| syntax(format!("the file is not YAML: {}", info.replace('\'', "`"))).label(at, "here"))
}

fn syntax(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("manifest::syntax", message)
}

fn tab(info: &str, text: &str, at: Span) -> Option<Diagnostic> {
    let line_start = text[..at.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[line_start..];
    let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let column = indentation.find('\t');
    if column.is_none() && !info.contains("tab") {
        return None;
    }
    let span = column.map_or(at, |column| Span { start: line_start + column, end: line_start + column + 1, ..at });
    let fault = syntax("a tab cannot indent a line").label(span, "this is a tab");
    Some(fault.help("indent with spaces; most editors convert tabs on request"))
}

fn escape(info: &str, at: Span) -> Option<Diagnostic> {
    let fault = || syntax("a backslash begins no escape that YAML knows").label(at, "in the text that starts here");
    let help = "in single quotes a backslash is only a character; in double quotes write `\\\\`";
    (info.contains("escape") || info.contains("hexdigit")).then(|| fault().help(help))
}

fn quote(info: &str, at: Span) -> Option<Diagnostic> {
    if info.contains("trailing content after") {
        let fault = syntax("something follows a closing quote").label(at, "this is outside the quotes");
        return Some(
            fault.help("write a quote inside a text as `\\\"` between double quotes, `''` between single ones"),
        );
    }
    let unclosed = info.contains("quoted scalar");
    let fault = || syntax("a quoted text has no end").label(at, "this quote is not closed");
    unclosed.then(|| fault().help("close the quote; the lines of a longer text must be indented below its key"))
}

/// Texts that start with a character that means something in YAML.
fn first_character(info: &str, text: &str, at: Span) -> Option<Diagnostic> {
    let special = ["unknown anchor", "scanning an anchor or alias", "unexpected character", "a tag", "the handle"];
    if !special.iter().any(|part| info.contains(part)) {
        return None;
    }
    let rest = &text[at.start..];
    let word = &rest[..rest.find([',', '}', ']', '\n', '\r', ' ']).unwrap_or(rest.len())];
    let first = word.chars().next()?;
    let span = Span { end: at.start + word.len(), ..at };
    let message = match info.contains("unknown anchor") {
        true => format!("`{word}` repeats an anchor that is not defined before it"),
        false => format!("a text cannot start with `{first}`"),
    };
    let fault = syntax(message).label(span, "not a plain text");
    Some(fault.help(format!("put a text that starts with `{first}` in quotes")))
}

/// `key:value` on the line of the fault or the one before.
fn space_after_colon(text: &str, at: Span) -> Option<Diagnostic> {
    let glued = |colon: usize| {
        let span = Span { start: colon, end: colon + 1, ..at };
        let fault = syntax("a key and its value are not separated").label(span, "no space after this colon");
        Some(fault.help("write `key: value`, with a space after the colon"))
    };
    if ["{", "[", "\"", "'"]
        .iter()
        .any(|next| text[at.start..].strip_prefix(':').is_some_and(|rest| rest.starts_with(next)))
    {
        return glued(at.start);
    }
    let line_end = text[at.start..].find('\n').map_or(text.len(), |length| at.start + length);
    let mut end = line_end;
    for line in text[..line_end].rsplit('\n').take(3) {
        let start = end - line.len();
        if let Some(colon) = glued_colon(line) {
            return glued(start + colon);
        }
        end = start.saturating_sub(1);
    }
    None
}

/// Where a line like `key:value` has its colon.
fn glued_colon(line: &str) -> Option<usize> {
    let is_key = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let indentation = line.len() - line.trim_start_matches([' ', '-']).len();
    let key = line[indentation..].find(|character: char| !is_key(character))?;
    let colon = indentation + key;
    let value = line[colon..].strip_prefix(':')?;
    let glued = value.starts_with(|next: char| !next.is_whitespace()) && !value.starts_with("//");
    (key > 0 && glued && !value.contains(": ")).then_some(colon)
}

fn colon_in_text(info: &str, at: Span) -> Option<Diagnostic> {
    let fault = || syntax("a `:` stands where no key can be").label(at, "this colon");
    let help = "put a text that contains `: ` in quotes, and check that the line is indented like its neighbours";
    info.contains("mapping values are not allowed").then(|| fault().help(help))
}

fn unclosed_bracket(text: &str, at: Span, bracket: Option<Span>) -> Option<Diagnostic> {
    let bracket = bracket?;
    let (open, close) = if text[bracket.start..].starts_with('{') { ('{', '}') } else { ('[', ']') };
    let fault = syntax(format!("`{open}` is not closed")).label(bracket, "opened here");
    let fault = fault.label(at, format!("neither `,` nor `{close}`"));
    Some(fault.help(format!("close it with `{close}`, and put a comma between two entries")))
}

fn indentation(info: &str, at: Span) -> Option<Diagnostic> {
    let signs = [
        "indent",
        "expected key",
        "expected '-'",
        "node content",
        "document start",
        "simple key",
        "block sequence entries",
        "multiline text",
        "misplaced bracket",
    ];
    let fault = || syntax("the line does not fit the ones before it").label(at, "unexpected here");
    let help = "keys of one mapping, and dashes of one list, stand in the same column, each key followed by `: `";
    signs.iter().any(|sign| info.contains(sign)).then(|| fault().help(help))
}
