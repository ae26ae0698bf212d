//! A tokenizer in use. Owns what is added to a text and what is left out of one.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::TokenizerError;

/// A tokenizer, cheap to clone.
#[derive(Clone)]
pub struct Tokenizer {
    inner: Arc<tokenizers::Tokenizer>,
    digest: blake3::Hash,
}

/// An encoded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The tokens.
    pub ids: Vec<u32>,
    /// The bytes of the text that each of them stands for.
    pub ranges: Vec<Range<usize>>,
}

impl Tokenizer {
    pub(super) fn new(inner: tokenizers::Tokenizer, digest: blake3::Hash) -> Self {
        Self { inner: Arc::new(inner), digest }
    }

    /// The tokens of a text as it is: nothing is added. Special tokens that the text spells out are special tokens.
    pub fn encode(&self, text: &str) -> Result<Encoded, TokenizerError> {
        let encoding = self.inner.encode(text, false).map_err(|fault| TokenizerError::Encode(fault.to_string()))?;
        let ranges = encoding.get_offsets().iter().map(|(start, end)| *start..*end).collect();
        Ok(Encoded { ids: encoding.get_ids().to_vec(), ranges })
    }

    /// The tokens of a text that stands for itself, with what the tokenizer puts around one, such as a first token.
    pub fn encode_document(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        let encoding = self.inner.encode_fast(text, true).map_err(|fault| TokenizerError::Encode(fault.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of tokens, without special ones.
    pub fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.inner.decode(ids, true).map_err(|fault| TokenizerError::Decode(fault.to_string()))
    }

    /// The text of tokens, special ones spelt out.
    pub fn decode_all(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.inner.decode(ids, false).map_err(|fault| TokenizerError::Decode(fault.to_string()))
    }

    /// The id of a token.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// The token of an id, as the vocabulary spells it.
    pub fn token(&self, id: u32) -> Option<String> {
        self.inner.id_to_token(id)
    }

    /// The special tokens: those that a text is decoded without.
    pub fn special(&self) -> BTreeSet<u32> {
        let added = self.inner.get_added_tokens_decoder();
        added.into_iter().filter(|(_, token)| token.special).map(|(id, _)| id).collect()
    }

    /// How many tokens there are, special ones included. An embedding may have more rows.
    pub fn vocabulary_size(&self) -> usize {
        self.inner.get_vocab_size(true)
    }

    /// Names the tokenizer: two of the same digest encode and decode the same.
    pub fn digest(&self) -> blake3::Hash {
        self.digest
    }

    pub(super) fn inner(&self) -> &tokenizers::Tokenizer {
        &self.inner
    }
}

impl Encoded {
    /// For each token, whether it stands for any byte of `ranges`, which are in order and apart.
    pub fn within(&self, ranges: &[Range<usize>]) -> Vec<bool> {
        let mut rest = ranges;
        let mut within = Vec::with_capacity(self.ids.len());
        for own in &self.ranges {
            while rest.first().is_some_and(|range| own.start >= range.end) {
                rest = &rest[1..];
            }
            within.push(rest.first().is_some_and(|range| own.end > range.start));
        }
        within
    }

    /// For each token, whether its first byte is one of `ranges`, which are in order and apart.
    pub fn beginning_within(&self, ranges: &[Range<usize>]) -> Vec<bool> {
        let first = |own: &Range<usize>| {
            let place = ranges.partition_point(|range| range.end <= own.start);
            ranges.get(place).is_some_and(|range| range.contains(&own.start))
        };
        self.ranges.iter().map(first).collect()
    }
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tokenizer").field("vocabulary_size", &self.vocabulary_size()).finish_non_exhaustive()
    }
}
