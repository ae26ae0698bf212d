//! A text as a list of lowercase words, in buffers that are used again for the next text.
//!
//! Owns the order of the words and the way from a word back to its bytes in the original text.
//! Refuses to know how characters are classified (`lowercase`) and how words are hashed (`key`).

use std::num::NonZeroUsize;
use std::ops::Range;

use super::boundaries::Boundaries;
use super::key;
use super::lowercase::Lowercase;

/// The words of one text.
///
/// They are what `re.findall(r"\w+", text.lower())` gives in Python 3.14 (Unicode 16): a word is a run of letters
/// and numbers (general categories L and N) and underscores; marks and symbols divide words. Other versions of Python
/// differ for the characters that their version of Unicode does not have, and in nothing else.
#[derive(Debug, Default)]
pub struct WordList {
    lowercase: Lowercase,
    boundaries: Boundaries,
}

impl WordList {
    /// The words of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        words.read(text);
        words
    }

    /// Forgets the text before and takes the words of `text`; allocates only when `text` is the longest so far.
    pub fn read(&mut self, text: &str) {
        self.lowercase.read(text);
        self.boundaries.read(self.lowercase.blocks());
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.boundaries.positions().len() / 2
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.boundaries.positions().is_empty()
    }

    /// The lowercase word at `index`.
    #[must_use]
    pub fn word(&self, index: usize) -> &str {
        &self.lowercase.text()[self.place(index)]
    }

    /// The bytes of the original text from the first to the last of `words`, which must not be empty.
    #[must_use]
    pub fn source(&self, words: Range<usize>) -> Range<usize> {
        let first = self.place(words.start);
        let last = self.place(words.end - 1);
        self.lowercase.source(first.start)..self.lowercase.source(last.end)
    }

    /// A hash of the word at `index`: the same on every platform, and equal for equal words.
    #[inline]
    #[must_use]
    pub fn key(&self, index: usize) -> u64 {
        key::word(self.lowercase.text().as_bytes(), self.place(index))
    }

    /// A hash of the `count` words from `start` on, in their order.
    #[inline]
    #[must_use]
    pub fn gram_key(&self, start: usize, count: usize) -> u64 {
        (start..start + count).fold(0, |gram, index| key::append(gram, self.key(index)))
    }

    /// The hashes of all runs of `count` words, in order: each what [`Self::gram_key`] gives, but in one pass.
    pub fn gram_keys(&self, count: NonZeroUsize, keys: &mut Vec<u64>) {
        keys.clear();
        let text = self.lowercase.text().as_bytes();
        let (places, _) = self.boundaries.positions().as_chunks();
        keys.extend(places.iter().map(|[start, end]| key::word(text, *start..*end)));
        key::join_runs(keys, count);
    }

    /// The bytes of the lowercase text that the word at `index` has.
    #[inline]
    fn place(&self, index: usize) -> Range<usize> {
        let positions = self.boundaries.positions();
        positions[2 * index]..positions[2 * index + 1]
    }
}
