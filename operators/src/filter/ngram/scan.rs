//! The places of a document where an n-gram of the benchmark may start.
//!
//! Owns the skipping. A window of n words can only be in the benchmark if each short run of words inside it is, so the
//! search looks at the last short run of the window first, then leftwards; the first that is absent rules out every
//! window that covers it, and the search goes on behind it. On most text it looks at a fraction of the words, and
//! never twice at the same run. The idea is that of Boyer and Moore (1977), with words for letters.

use super::gram_filter::GramFilter;
use crate::filter::words::WordList;

/// How long the short runs are: shorter ones are more often present by chance, longer ones cost more to hash.
const LONGEST_PROBE: usize = 3;

/// How many words a probe has for n-grams of `length` words.
pub(super) fn probe_length(length: usize) -> usize {
    length.min(LONGEST_PROBE)
}

/// The candidate windows of one document, in order.
pub(super) struct Scan<'a> {
    document: &'a WordList,
    filter: &'a GramFilter,
    length: usize,
    probe: usize,
    /// The window to look at next.
    start: usize,
    /// All probes of that window that start before this word are present.
    known: usize,
}

impl<'a> Scan<'a> {
    /// A scan for n-grams of `length` words, all of whose probes are in `filter`.
    pub(super) fn new(document: &'a WordList, filter: &'a GramFilter, length: usize) -> Self {
        Self { document, filter, length, probe: probe_length(length), start: 0, known: 0 }
    }
}

impl Iterator for Scan<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.start + self.length <= self.document.len() {
            let end = self.start + self.length - self.probe + 1;
            let known = std::mem::replace(&mut self.known, end);
            let absent =
                (known..end).rev().find(|&place| !self.filter.contains(self.document.gram_key(place, self.probe)));
            let Some(place) = absent else {
                self.start += 1;
                return Some(self.start - 1);
            };
            self.start = place + 1;
        }
        None
    }
}
