//! Where the tokens of a forward pass stand. Owns the difference between a token and the padding after it, and between a text
//! and its tokens in a batch.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::Tensor;

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
/// Of texts that begin alike the batch may have the beginning once: see [`Positions::of`]. Attention alone looks at rows then;
/// all else, which asks for a token and no other, has a single row of tokens without padding.
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

    /// Whole texts, what several begin with there once.
    pub fn of(texts: &[&[u32]]) -> Self {
        let whole = Self::beginning(texts.iter().map(|text| text.len()));
        let folded = Folded::new(texts, whole.columns);
        let folded = (folded.len() < whole.rows() * whole.columns).then(|| Arc::new(folded));
        Self { folded, ..whole }
    }

    /// One more token for each row, whose texts have these lengths.
    pub fn next(lengths: impl IntoIterator<Item = usize>) -> Self {
        Self::new(lengths.into_iter().map(|start| Run { start, length: 1 }).collect())
    }

    /// How many rows the batch has.
    pub fn rows(&self) -> usize {
        self.runs.len()
    }

    /// How many columns the batch has: the length of its longest row.
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

    /// Where a token of the batch stands, counted over rows and columns, first where it is its row's own.
    pub(crate) fn places<'a>(&'a self, token: &'a usize) -> &'a [usize] {
        self.folded.as_ref().map_or(std::slice::from_ref(token), |folded| folded.places(*token))
    }

    /// The columns of a row whose tokens do not stand in another before it: what those see is asked for.
    pub(crate) fn own(&self, row: usize) -> Range<usize> {
        self.folded.as_ref().map_or(0, |folded| folded.shared(row))..self.runs[row].length
    }

    /// What is known of the batch's tokens, in rows.
    ///
    /// # Shapes
    /// - tokens: `[batch rows, batch columns, width]`
    /// - result: `[rows, columns, width]`
    pub(crate) fn spread(&self, tokens: Tensor<3>) -> Tensor<3> {
        match &self.folded {
            Some(folded) => folded.spread(tokens),
            None => tokens,
        }
    }

    /// The way back, from each row's own tokens.
    ///
    /// # Shapes
    /// - rows: `[rows, columns, width]`
    /// - result: `[batch rows, batch columns, width]`
    pub(crate) fn gather(&self, rows: Tensor<3>) -> Tensor<3> {
        match &self.folded {
            Some(folded) => folded.gather(rows),
            None => rows,
        }
    }

    /// From the gradient of what [`gather`](Self::gather) gives to that of what it was given.
    ///
    /// # Shapes
    /// - tokens: `[batch rows, batch columns, width]`
    /// - result: `[rows, columns, width]`
    pub(crate) fn scatter(&self, tokens: Tensor<3>) -> Tensor<3> {
        match &self.folded {
            Some(folded) => folded.scatter(tokens),
            None => tokens,
        }
    }

    /// Whether all rows start at the same position.
    pub(crate) fn start_together(&self) -> bool {
        self.runs.windows(2).all(|pair| pair[0].start == pair[1].start)
    }
}
