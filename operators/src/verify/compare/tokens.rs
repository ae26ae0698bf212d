//! Texts compared word by word.

use super::white_space::split;

/// Whether both texts have equally many words, and `alike` holds for each pair of them.
pub(super) fn all(expected: &str, actual: &str, alike: impl Fn(&str, &str) -> bool) -> bool {
    pairs_all(split(expected), split(actual), alike)
}

/// Whether both sides have equally many texts, and `alike` holds for each pair of them.
pub(super) fn pairs_all<'text>(
    mut expected: impl Iterator<Item = &'text str>,
    mut actual: impl Iterator<Item = &'text str>,
    alike: impl Fn(&str, &str) -> bool,
) -> bool {
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return true,
            (Some(expected), Some(actual)) if alike(expected, actual) => {}
            _ => return false,
        }
    }
}
