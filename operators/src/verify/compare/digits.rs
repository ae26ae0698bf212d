//! Decimal digits of every script, which Python's numbers may be written in.

use std::borrow::Cow;

use unicode_general_category::{GeneralCategory, get_general_category};

/// The text with every decimal digit as one of ASCII.
pub(super) fn in_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|character| digit(character).unwrap_or(character)).collect())
}

fn digit(character: char) -> Option<char> {
    if character.is_ascii() || !is_digit(character) {
        return None;
    }
    // Unicode encodes decimal digits ten in a row, from zero on; rows may follow each other without a gap.
    let before = (0..u32::from(character)).rev().map_while(char::from_u32).take_while(|&before| is_digit(before));
    char::from_digit(u32::try_from(before.count() % 10).ok()?, 10)
}

fn is_digit(character: char) -> bool {
    get_general_category(character) == GeneralCategory::DecimalNumber
}
