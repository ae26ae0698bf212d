//! Which documents share a bucket: a band's key that another document has too.
//!
//! Owns the tables, one a band. Refuses to know what keys are made of. Most documents of a clean corpus share no
//! bucket, so that only what is shared leaves this file.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;

use super::banding::BandKey;

/// A document in a bucket that has other documents too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Membership {
    /// The document's position.
    pub(super) document: usize,
    /// The bucket's number, counted over all bands.
    pub(super) bucket: usize,
}

/// All memberships, by document and then by bucket. `keys` holds the keys of `bands` bands for each document.
pub(super) fn shared(keys: &[Option<BandKey>], bands: usize) -> Vec<Membership> {
    let of_bands: Vec<Vec<Membership>> =
        (0..bands).into_par_iter().map(|band| shared_in_band(keys.iter().skip(band).step_by(bands))).collect();
    let mut memberships = Vec::new();
    let mut buckets_before = 0;
    for of_band in of_bands {
        let renumbered =
            of_band.iter().map(|membership| Membership { bucket: buckets_before + membership.bucket, ..*membership });
        memberships.extend(renumbered);
        buckets_before += of_band.iter().map(|membership| membership.bucket + 1).max().unwrap_or(0);
    }
    memberships.par_sort_unstable();
    memberships
}

/// A key seen in the band.
struct Seen {
    key: u64,
    by: SeenBy,
}

/// Who has a key.
enum SeenBy {
    /// The document at this position, so far alone.
    One(usize),
    /// The members of this bucket.
    Bucket(usize),
}

fn shared_in_band<'a>(keys: impl ExactSizeIterator<Item = &'a Option<BandKey>>) -> Vec<Membership> {
    let mut table: HashTable<Seen> = HashTable::with_capacity(keys.len());
    let mut memberships = Vec::new();
    let mut buckets = 0;
    for (document, key) in keys.enumerate() {
        let Some(key) = key.map(BandKey::get) else {
            continue;
        };
        let mut seen = match table.entry(key, |seen| seen.key == key, |seen| seen.key) {
            Entry::Occupied(seen) => seen,
            Entry::Vacant(place) => {
                place.insert(Seen { key, by: SeenBy::One(document) });
                continue;
            }
        };
        let bucket = match seen.get().by {
            SeenBy::Bucket(bucket) => bucket,
            SeenBy::One(first) => {
                memberships.push(Membership { document: first, bucket: buckets });
                seen.get_mut().by = SeenBy::Bucket(buckets);
                buckets += 1;
                buckets - 1
            }
        };
        memberships.push(Membership { document, bucket });
    }
    memberships
}
