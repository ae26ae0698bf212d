//! Texts that end a completion. Owns how they are found while tokens come in, and what of a completion remains.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::GenerateError;
use crate::tokenizer::{Tokenizer, TokenizerError};

/// Tokens that a window has beyond those that the longest text may need: it may begin within a character, which has
/// four bytes at most, and some decoders take a space off a text's front.
const MARGIN: usize = 5;

/// The texts that end a completion, wherever they lie in its tokens: across several, or within one that says more.
#[derive(Debug, Clone)]
pub struct StopTexts {
    tokenizer: Tokenizer,
    /// Tokens that have no text.
    silent: Arc<BTreeSet<u32>>,
    texts: Vec<String>,
}

/// What remains of a completion that a text has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The text before.
    pub text: String,
    /// The fewest tokens that spell it. The last of them may go on to spell a part of what was cut.
    pub tokens: usize,
    /// The text that ended it.
    pub stop: String,
}

impl StopTexts {
    /// Nothing where there are no texts.
    pub fn new(
        tokenizer: &Tokenizer,
        silent: &Arc<BTreeSet<u32>>,
        texts: &[String],
    ) -> Result<Option<Self>, GenerateError> {
        if texts.iter().any(String::is_empty) {
            return Err(GenerateError::Request(
                "an empty text ends every completion; take it out of `stop`".to_owned(),
            ));
        }
        let own = || Self { tokenizer: tokenizer.clone(), silent: Arc::clone(silent), texts: texts.to_vec() };
        Ok((!texts.is_empty()).then(own))
    }

    /// Whether the last of these tokens completes one of the texts. Only the tokens that it can lie in are decoded.
    pub fn is_complete(&self, tokens: &[u32]) -> Result<bool, TokenizerError> {
        let longest = self.texts.iter().map(String::len).max().unwrap_or(0);
        let spoken = tokens.iter().enumerate().rev().filter(|(_, token)| !self.silent.contains(token));
        // A token has a byte at least.
        let first = spoken.map(|(place, _)| place).nth(longest + MARGIN).unwrap_or(0);
        let window = self.tokenizer.decode(&tokens[first..])?;
        Ok(self.texts.iter().any(|text| window.contains(text.as_str())))
    }

    /// What remains of a completion: all before the text that begins first, and of those that begin together, before
    /// the one that was named first. Nothing where there is none in it.
    pub fn cut(&self, tokens: &[u32]) -> Result<Option<Cut>, TokenizerError> {
        let whole = self.tokenizer.decode(tokens)?;
        let found = self.texts.iter().filter_map(|stop| Some((whole.find(stop.as_str())?, stop)));
        let Some((place, stop)) = found.min_by_key(|(place, _)| *place) else { return Ok(None) };
        let text = &whole[..place];
        let mut count = tokens.len();
        while count > 0 && self.tokenizer.decode(&tokens[..count - 1])?.starts_with(text) {
            count -= 1;
        }
        Ok(Some(Cut { text: text.to_owned(), tokens: count, stop: stop.clone() }))
    }
}
