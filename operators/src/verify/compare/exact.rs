//! Texts that are equal but for newlines at the end.

pub(super) fn texts(expected: &str, actual: &str) -> bool {
    without_last_newlines(expected) == without_last_newlines(actual)
}

fn without_last_newlines(mut text: &str) -> &str {
    while let Some(rest) = text.strip_suffix('\n') {
        text = rest.strip_suffix('\r').unwrap_or(rest);
    }
    text
}
