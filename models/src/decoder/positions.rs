//! Where the tokens of a forward pass stand. Owns the difference between a token and the padding after it.

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    columns: usize,
    runs: Vec<Run>,
}

impl Positions {
    /// Rows that go on where their texts stand.
    pub fn new(runs: Vec<Run>) -> Self {
        Self { columns: runs.iter().map(|run| run.length).max().unwrap_or(0), runs }
    }

    /// Rows that begin their texts.
    pub fn beginning(lengths: impl IntoIterator<Item = usize>) -> Self {
        Self::new(lengths.into_iter().map(|length| Run { start: 0, length }).collect())
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

    /// Whether all rows start at the same position.
    pub(crate) fn start_together(&self) -> bool {
        self.runs.windows(2).all(|pair| pair[0].start == pair[1].start)
    }
}
