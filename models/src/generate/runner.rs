//! A forward pass over many sequences at once, as a batcher asks for it. Owns the question; where keys and values are
//! kept, and how the pass is computed, is the runner's own.

use super::pages::Copied;

/// The number of a page: room for keys and values of a fixed number of tokens, in all layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page(pub u32);

/// Tokens of one sequence that are read in a pass.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// The tokens.
    pub tokens: &'a [u32],
    /// The position of the first in its sequence.
    pub start: usize,
    /// The sequence's pages, in order, with room for these tokens. What stands before them has been read already.
    pub pages: &'a [Page],
    /// Whose logits are asked for.
    pub wanted: Wanted,
}

/// Which of a piece's tokens give logits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// None: more of the prompt is to come.
    Nothing,
    /// The last.
    Last,
    /// Every one.
    Every,
    /// The last, and of its logits which is the highest: the number of that word, or no number where one is none.
    Likeliest,
    /// Every one, and of them how likely the token is that comes next, which is `next` after the last: the logarithm of its
    /// probability, and the entropy.
    Likelihoods {
        /// What comes after the piece.
        next: u32,
    },
}

impl Wanted {
    /// How many of so many tokens it is asked of.
    pub fn rows(self, tokens: usize) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Last | Self::Likeliest => 1,
            Self::Every | Self::Likelihoods { .. } => tokens,
        }
    }

    /// How many numbers each of them gives, where there are so many logits.
    pub fn numbers(self, outputs: usize) -> usize {
        match self {
            Self::Nothing | Self::Last | Self::Every => outputs,
            Self::Likeliest => 1,
            Self::Likelihoods { .. } => 2,
        }
    }
}

/// Computes forward passes over sequences whose keys and values it keeps in pages.
pub trait Runner: Send {
    /// How many tokens a page has room for.
    fn page_tokens(&self) -> usize;

    /// How many words there are.
    fn vocabulary_size(&self) -> usize;

    /// How many numbers a wanted token gives: a logit for each word, but where the model has another head.
    fn outputs(&self) -> usize {
        self.vocabulary_size()
    }

    /// Whether it may be asked for [`Wanted::Likeliest`] and [`Wanted::Likelihoods`]: logits that come from a card take much
    /// of the time of a step.
    fn condenses(&self) -> bool {
        false
    }

    /// Reads the pieces, each of another sequence. `logits` is emptied, and filled with a row for each wanted token, in
    /// their order.
    ///
    /// # Shapes
    /// - logits: `[wanted tokens, outputs]`, or as many numbers as [`Wanted::numbers`] says
    fn forward(&mut self, pieces: &[Piece<'_>], logits: &mut Vec<f32>);

    /// Copies pages, so that two sequences can go on from each. None is written twice, or written before it is read.
    fn copy(&mut self, pages: &[Copied]);
}
