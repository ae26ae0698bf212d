//! A block of code between fences.

use crate::verify::Extract;

/// The last block of a text.
pub(super) fn last(text: &str) -> Option<String> {
    Extract::LastBlock.from(text)
}

/// Why there is none.
pub(super) fn missing(source: &str) -> String {
    format!("`{source}` has no block of code")
}
