//! Rows as a dataset that Hugging Face's `datasets` reads: Parquet files by split, and a card.
//!
//! Owns the layout. Knows nothing of which columns there are or who reads them.

mod card;
mod features;
mod shards;

pub(super) use card::Card;
pub(super) use features::check;
pub(super) use shards::{Rows, Split, write};

/// The input ports of an export, each a split.
pub(super) const SPLITS: [&str; 3] = ["train", "validation", "test"];
