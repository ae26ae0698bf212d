//! Where a name stands in an expression or a template as a name.

use std::ops::Range;

use super::columns::WHOLE_ROW;

/// Where a name stands in an expression as a name: not inside a text, not as a field, filter or keyword argument.
pub(crate) fn in_expression(text: &str, name: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut at, mut before) = (0, b' ');
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at = text_end(bytes, at + 1, quote);
                before = quote;
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let end =
                    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                let is_field =
                    matches!(before, b'.' | b'|') && name != WHOLE_ROW && !text[..at].trim_end().ends_with("row.");
                if &text[at..end] == name && !is_field && !is_keyword(&text[end..]) {
                    return Some(at..end);
                }
                (at, before) = (end, b'a');
            }
            byte => {
                if !byte.is_ascii_whitespace() {
                    before = byte;
                }
                at += 1;
            }
        }
    }
    None
}

/// Where a name stands in a template as a name: in one of its expressions or statements.
pub(super) fn in_template(text: &str, name: &str) -> Option<Range<usize>> {
    let mut at = 0;
    while let Some(opening) = ["{{", "{%"].into_iter().filter_map(|opening| text[at..].find(opening)).min() {
        let start = at + opening + 2;
        let closing = if text[at + opening..].starts_with("{{") { "}}" } else { "%}" };
        let end = text[start..].find(closing).map_or(text.len(), |end| start + end);
        if let Some(found) = in_expression(&text[start..end], name) {
            return Some(start + found.start..start + found.end);
        }
        at = end;
    }
    None
}

fn is_keyword(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.starts_with('=') && !rest.starts_with("==")
}

/// One past the closing quote.
fn text_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_it_is_a_name() {
        let text = "'score' in row.name and x | score(score=1) and t.score > 0 and score < 3";
        let start = text.rfind("score").unwrap_or_default();
        assert_eq!(in_expression(text, "score"), Some(start..start + 5));
        assert_eq!(in_expression(text, "name"), Some(15..19));
        assert_eq!(in_expression("'it\\'s score'", "score"), None);
    }

    #[test]
    fn a_template_has_names_between_braces_only() {
        let text = "The score: {% if x %}{{ x.score }}{% endif %} and {{ score }}";
        let start = text.rfind("score").unwrap_or_default();
        assert_eq!(in_template(text, "score"), Some(start..start + 5));
        assert_eq!(in_template("score {{ other }}", "score"), None);
        assert_eq!(in_template("open {{ score", "score"), Some(8..13));
    }
}
