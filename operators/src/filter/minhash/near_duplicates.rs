//! The search for documents that nearly repeat an earlier one.
//!
//! Owns the order of the steps and the rule "keep the first". Refuses to know how sketches are made and how words are
//! found. The result depends on the documents and the settings only, not on threads: threads compute what is pure, and
//! the rule is applied in the documents' order.

use std::num::NonZeroUsize;

use rayon::prelude::*;

use super::banding::{BandKey, Banding, Weights};
use super::buckets::{self, Membership};
use super::shingles::{self, ShingleSet};
use super::signature::Signer;
use crate::filter::words::WordList;

/// False candidates cost a comparison and missed pairs stay in the data, so that a miss weighs more.
const WEIGHTS: Weights = Weights { false_positive: 0.1, false_negative: 0.9 };

/// How near-duplicates are searched for.
///
/// A document is dropped when its Jaccard similarity with a document *kept* before it reaches the threshold. No chains:
/// what is dropped always resembles something that stays. The similarity is exact, on the sets of 64-bit hashes of the
/// shingles; the sketches only choose which pairs are compared, and miss a pair with the probability that [`Banding`]
/// states.
#[derive(Debug)]
pub struct NearDuplicates {
    threshold: f64,
    shingle: NonZeroUsize,
    signer: Signer,
    banding: Banding,
}

/// The earlier document that a document repeats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duplicate {
    /// The position of the first kept document that is as similar as the threshold asks.
    pub of: usize,
    /// The Jaccard similarity of the two.
    pub similarity: f64,
}

impl NearDuplicates {
    /// A search with signatures of length `permutations` over runs of `shingle` words.
    ///
    /// `None` unless `threshold` is above 0 and at most 1.
    #[must_use]
    pub fn new(threshold: f64, permutations: NonZeroUsize, shingle: NonZeroUsize, seed: u64) -> Option<Self> {
        (threshold > 0.0 && threshold <= 1.0).then(|| Self {
            threshold,
            shingle,
            signer: Signer::new(permutations, seed),
            banding: Banding::optimal(threshold, permutations, WEIGHTS),
        })
    }

    /// For each document, in order: `None` when it is kept, else the kept document that it repeats.
    ///
    /// A document without words repeats nothing.
    #[must_use]
    pub fn find<Document: AsRef<str> + Sync>(&self, documents: &[Document]) -> Vec<Option<Duplicate>> {
        let memberships = buckets::shared(&self.band_keys(documents), self.banding.bands());
        let sharing: Vec<&[Membership]> = memberships.chunk_by(|one, next| one.document == next.document).collect();
        let sets = sharing.par_iter().map_init(WordList::default, |words, memberships| {
            words.read(documents[memberships[0].document].as_ref());
            ShingleSet::of(words, self.shingle)
        });
        let mut duplicates = vec![None; documents.len()];
        for (document, duplicate) in self.keep_first(&sharing, &sets.collect::<Vec<_>>()) {
            duplicates[document] = Some(duplicate);
        }
        duplicates
    }

    /// The keys of all bands of all documents; `None` for documents without words.
    fn band_keys<Document: AsRef<str> + Sync>(&self, documents: &[Document]) -> Vec<Option<BandKey>> {
        let bands = self.banding.bands();
        let mut keys = vec![None; documents.len() * bands];
        let buffers = || (WordList::default(), Vec::new(), vec![0; self.signer.permutations()]);
        keys.par_chunks_mut(bands).zip(documents).for_each_init(
            buffers,
            |(words, shingles, signature), (keys, text)| {
                words.read(text.as_ref());
                shingles::hash(words, self.shingle, shingles);
                if !shingles.is_empty() {
                    self.signer.sign(shingles, signature);
                    self.banding.keys(signature, keys);
                }
            },
        );
        keys
    }

    /// The duplicates among the documents that share buckets, given as their memberships and their shingles.
    fn keep_first(&self, sharing: &[&[Membership]], sets: &[ShingleSet]) -> Vec<(usize, Duplicate)> {
        let buckets = sharing.iter().copied().flatten().map(|membership| membership.bucket + 1).max().unwrap_or(0);
        let mut kept: Vec<Vec<usize>> = vec![Vec::new(); buckets];
        let mut duplicates = Vec::new();
        for (place, memberships) in sharing.iter().enumerate() {
            let candidates = candidates(memberships, &kept);
            let repeated = candidates.into_iter().find_map(|earlier| {
                let similarity = sets[place].similarity_from(&sets[earlier], self.threshold)?;
                Some(Duplicate { of: sharing[earlier][0].document, similarity })
            });
            match repeated {
                Some(duplicate) => duplicates.push((memberships[0].document, duplicate)),
                None => memberships.iter().for_each(|membership| kept[membership.bucket].push(place)),
            }
        }
        duplicates
    }
}

/// The places of the kept documents that share a bucket with a document, in order and each once.
fn candidates(memberships: &[Membership], kept: &[Vec<usize>]) -> Vec<usize> {
    let of_bucket = |membership: &Membership| kept[membership.bucket].iter().copied();
    let mut candidates: Vec<usize> = memberships.iter().flat_map(of_bucket).collect();
    candidates.sort_unstable();
    candidates.dedup();
    candidates
}
