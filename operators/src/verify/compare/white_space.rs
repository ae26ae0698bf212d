//! White space as Python's `str.strip` and `str.split` see it.

/// Whether Python's `str.isspace` holds: Unicode's white space, and the four separators of ASCII that Unicode does not
/// count among it.
fn is_white_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

/// `text.strip()`
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_white_space)
}

/// `text.split()`
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_white_space).filter(|token| !token.is_empty())
}
