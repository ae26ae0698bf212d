//! The practice format: the fields of `Problem` under their own names.

use super::problem::Item;

/// One line.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    serde_json::from_slice(record).map(Item::Problem)
}
