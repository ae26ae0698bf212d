//! What a cache promises, tried on outputs that were made by hand.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::{Cache, Entry, Found};
use fixtures::ingredients;

mod adopted;
mod claims;
mod damaged;
mod digests;
pub(crate) mod fixtures;
mod memo;
mod published;
mod rows;
mod runs;
mod upkeep;

fn is_damaged(cache: &Cache, label: &str) -> bool {
    matches!(cache.find(&ingredients(label).fingerprint()), Found::Damaged { .. })
}

fn ids(entry: &Entry) -> Vec<i64> {
    use arrow::array::AsArray;
    let batch = entry.table("out").unwrap().unwrap().read().unwrap();
    batch.column(0).as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
}
