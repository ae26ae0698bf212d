//! Where the tokens of a forward pass stand. Owns the difference between a token and the padding after it, and between a text
//! and its tokens in a batch.

use std::ops::Range;
use std::sync::Arc;

use super::folded::Folded;

/// The tokens of one row: `length` of them, the first at position `start` of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The position of the first.
    pub start: usize,
    /// How many there are.
    pub length: usize,
}

/// Where each token of a batch stands in its own text. Rows may be shorter than the batch is wide: what follows a
/// row's tokens is padding, which nothing looks at.
///
/// Of texts that begin alike the batch may have the beginning once: see [`Positions::folded`]. Attention alone looks at rows
/// then; all else, which asks for a token and no other, has a single row of tokens without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    columns: usize,
    runs: Vec<Run>,
    folded: Option<Arc<Folded>>,
}

impl Positions {
    /// Rows that go on where their texts stand.
    pub fn new(runs: Vec<Run>) -> Self {
        Self { columns: runs.iter().map(|run| run.length).max().unwrap_or(0), runs, folded: None }
    }

    /// Rows that begin their texts.
    pub fn beginning(lengths: impl IntoIterator<Item = usize>) -> Self {
        Self::new(lengths.into_iter().map(|length| Run { start: 0, length }).collect())
    }

    /// Whole texts, what several begin with there once, for a model that [folds](crate::train::Trained::folds).
    pub fn folded(texts: &[&[u32]]) -> Self {
        let whole = Self::beginning(texts.iter().map(|text| text.len()));
        let folded = Folded::new(texts, whole.columns);
        let folded = (folded.len() < whole.rows() * whole.columns).then(|| Arc::new(folded));
        Self { folded, ..whole }
    }

    /// One more token for each row, whose texts have these lengths.
    pub fn next(lengths: impl IntoIterator<Item = usize>) -> Self {
        Self::new(lengths.into_iter().map(|start| Run { start, length: 1 }).collect())
    }

    /// How many texts there are, each a row.
    pub fn rows(&self) -> usize {
        self.runs.len()
    }

    /// The length of the longest row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The rows.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many rows and columns the tokens of the batch have.
    pub fn batch(&self) -> [usize; 2] {
        self.folded.as_ref().map_or([self.rows(), self.columns], |folded| [1, folded.len()])
    }

    /// Which of the batch's tokens stands in a column of a row, counted over the batch's rows.
    pub fn token(&self, row: usize, column: usize) -> usize {
        self.folded.as_ref().map_or(row * self.columns + column, |folded| folded.token(row, column))
    }

    /// Where a token of the batch stands, counted over rows and columns: first in the row whose own it is.
    pub(crate) fn places<'a>(&'a self, token: &'a usize) -> &'a [usize] {
        self.folded.as_ref().map_or(std::slice::from_ref(token), |folded| folded.places(*token))
    }

    /// The columns of a row whose tokens are its own: of the others, what they see is asked for elsewhere.
    pub(crate) fn own(&self, row: usize) -> Range<usize> {
        self.folded.as_ref().map_or(0, |folded| folded.shared(row))..self.runs[row].length
    }

    /// Whether all rows start at the same position.
    pub(crate) fn start_together(&self) -> bool {
        self.runs.windows(2).all(|pair| pair[0].start == pair[1].start)
    }
}
