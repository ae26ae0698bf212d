//! The n-grams of a benchmark, and the search for them in documents.
//!
//! Owns exactness: hashes lead to an n-gram, words decide. Refuses to know what is done about a hit.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::slice;

use hashbrown::HashTable;

use super::gram_filter::GramFilter;
use super::scan::{Scan, probe_length};
use crate::filter::words::WordList;

/// The number by which the caller knows a document of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BenchmarkId(pub u32);

/// An n-gram of a document that occurs in the benchmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<'index> {
    /// The bytes of the document from the first to the last word of the n-gram, where it occurs first.
    pub range: Range<usize>,
    /// The documents of the benchmark that contain it, in ascending order.
    pub documents: &'index [BenchmarkId],
}

/// All n-grams of a benchmark.
#[derive(Debug)]
pub struct NgramIndex {
    length: usize,
    filter: GramFilter,
    /// Positions in `ngrams`, found by key.
    table: HashTable<usize>,
    ngrams: Vec<Ngram>,
    words: BenchmarkWords,
    too_short: Vec<BenchmarkId>,
}

impl NgramIndex {
    /// An empty index of runs of `length` words.
    #[must_use]
    pub fn new(length: NonZeroUsize) -> Self {
        Self {
            length: length.get(),
            filter: GramFilter::new(),
            table: HashTable::new(),
            ngrams: Vec::new(),
            words: BenchmarkWords::default(),
            too_short: Vec::new(),
        }
    }

    /// Adds a text of the benchmark document `id`. A document may have several texts; no n-gram spans two.
    pub fn insert(&mut self, id: BenchmarkId, text: &str) {
        let text = WordList::of(text);
        if text.len() < self.length {
            self.too_short.push(id);
            return;
        }
        let first = self.words.len();
        self.words.extend(&text);
        for start in 0..=text.len() - self.length {
            self.insert_ngram(id, &text, start, first + start);
        }
        let probe = probe_length(self.length);
        for start in 0..=text.len() - probe {
            self.filter.insert(text.gram_key(start, probe));
        }
    }

    /// The documents of inserted texts with fewer than n words, in the order of insertion: nothing can match them.
    #[must_use]
    pub fn too_short(&self) -> &[BenchmarkId] {
        &self.too_short
    }

    /// The n-grams of `document` that occur in the benchmark, each once, in the order of their first occurrence.
    #[must_use]
    pub fn hits(&self, document: &WordList) -> Vec<Hit<'_>> {
        let mut seen = BTreeSet::new();
        Scan::new(document, &self.filter, self.length)
            .filter_map(|start| Some((start, self.find(document, start, document.gram_key(start, self.length))?)))
            .filter(|(_, found)| seen.insert(*found))
            .map(|(start, found)| Hit {
                range: document.source(start..start + self.length),
                documents: self.ngrams[found].documents.as_slice(),
            })
            .collect()
    }

    fn insert_ngram(&mut self, id: BenchmarkId, text: &WordList, start: usize, first_word: usize) {
        let key = text.gram_key(start, self.length);
        if let Some(found) = self.find(text, start, key) {
            self.ngrams[found].documents.insert(id);
            return;
        }
        let ngrams = &mut self.ngrams;
        self.table.insert_unique(key, ngrams.len(), |&other| ngrams[other].key);
        ngrams.push(Ngram { key, first_word, documents: Documents::One(id) });
    }

    /// The position in `ngrams` of the n-gram that starts at word `start` of `text`, whose key is `key`.
    fn find(&self, text: &WordList, start: usize, key: u64) -> Option<usize> {
        let is_it = |&other: &usize| {
            let Ngram { key: other_key, first_word, .. } = self.ngrams[other];
            key == other_key
                && (0..self.length).all(|word| self.words.word(first_word + word) == text.word(start + word))
        };
        self.table.find(key, is_it).copied()
    }
}

/// A distinct n-gram.
#[derive(Debug)]
struct Ngram {
    key: u64,
    /// Where it starts in [`BenchmarkWords`].
    first_word: usize,
    documents: Documents,
}

/// An ascending set of documents. Most n-grams occur in one document only, and then cost no allocation.
#[derive(Debug)]
enum Documents {
    One(BenchmarkId),
    Several(Vec<BenchmarkId>),
}

impl Documents {
    fn as_slice(&self) -> &[BenchmarkId] {
        match self {
            Self::One(id) => slice::from_ref(id),
            Self::Several(ids) => ids,
        }
    }

    fn insert(&mut self, id: BenchmarkId) {
        let Err(place) = self.as_slice().binary_search(&id) else {
            return;
        };
        let mut ids = match self {
            Self::One(only) => vec![*only],
            Self::Several(ids) => std::mem::take(ids),
        };
        ids.insert(place, id);
        *self = Self::Several(ids);
    }
}

/// The words of all inserted texts, one after the other.
#[derive(Debug, Default)]
struct BenchmarkWords {
    text: String,
    ends: Vec<usize>,
}

impl BenchmarkWords {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn extend(&mut self, words: &WordList) {
        for index in 0..words.len() {
            self.text.push_str(words.word(index));
            self.ends.push(self.text.len());
        }
    }

    fn word(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }
}
