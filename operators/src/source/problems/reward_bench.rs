//! RewardBench as published: `prompt`, `chosen`, `rejected`, `subset`, `id`.

use super::problem::{Item, Pair};

/// One record. Ids repeat from subset to subset.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    let pair: Pair = serde_json::from_slice(record)?;
    Ok(Item::Pair(Pair { id: format!("{}/{}", pair.subset, pair.id), ..pair }))
}
