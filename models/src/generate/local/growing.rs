//! A completion's text while it grows. Owns what of it can no longer change.

use crate::tokenizer::{Tokenizer, TokenizerError};

/// What the decoder writes for bytes that are no character, or not yet.
const INCOMPLETE: char = '\u{fffd}';

/// The text of tokens that are drawn one by one.
#[derive(Debug)]
pub(super) struct Growing {
    tokens: Vec<u32>,
    /// Tokens before this one are decoded for good; those from `context` on are decoded again for what depends on them.
    decoded: usize,
    context: usize,
    /// Text that may still turn out to be the beginning of a text that ends the completion.
    held: String,
    /// The texts that end it.
    stop: Vec<String>,
    /// What was given out, in bytes.
    given: usize,
}

impl Growing {
    /// Nothing yet; a completion ends with one of these texts and does not have it.
    pub(super) fn new(stop: &[String]) -> Self {
        Self { tokens: Vec::new(), decoded: 0, context: 0, held: String::new(), stop: stop.to_vec(), given: 0 }
    }

    /// The text that one more token makes certain.
    pub(super) fn push(&mut self, token: u32, tokenizer: &Tokenizer) -> Result<String, TokenizerError> {
        self.tokens.push(token);
        let before = tokenizer.decode(&self.tokens[self.context..self.decoded])?;
        let now = tokenizer.decode(&self.tokens[self.context..])?;
        let Some(new) = now.strip_prefix(&before).filter(|new| !new.is_empty() && !new.ends_with(INCOMPLETE)) else {
            return Ok(String::new());
        };
        self.held.push_str(new);
        (self.context, self.decoded) = (self.decoded, self.tokens.len());
        Ok(self.release())
    }

    /// What is left of the whole text.
    pub(super) fn rest<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.given..).unwrap_or_default()
    }

    fn release(&mut self) -> String {
        let hold = self.stop.iter().map(String::len).max().unwrap_or(0).saturating_sub(1);
        let ended = self.stop.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        let mut certain = ended.unwrap_or_else(|| self.held.len().saturating_sub(hold));
        while !self.held.is_char_boundary(certain) {
            certain -= 1;
        }
        self.given += certain;
        self.held.drain(..certain).collect()
    }
}
