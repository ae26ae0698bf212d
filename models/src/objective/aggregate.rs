//! Losses of tokens into one number. Owns what a token counts in a batch of texts of different lengths.

use burn::tensor::Tensor;

use crate::fused::gradient::{row_sums, total};

/// How losses of tokens become one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aggregation {
    /// Every token of the batch counts the same: `Σ_it m_it l_it / Σ_it m_it` (DAPO, <https://arxiv.org/abs/2503.14476>,
    /// equation 12).
    TokenMean,
    /// Every text counts the same, and within it every token: `1/n Σ_i (Σ_t m_it l_it / Σ_t m_it)` (GRPO,
    /// <https://arxiv.org/abs/2402.03300>, equation 3).
    SequenceMean,
    /// Every token counts the same in every batch: `Σ_it m_it l_it / (n · length)`, `length` being the greatest that a
    /// text may have (Dr. GRPO, <https://arxiv.org/abs/2503.20783>).
    SequenceSum {
        /// The greatest length.
        length: usize,
    },
}

/// What the losses of a whole batch are divided by, whatever part of it is at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Totals {
    /// Tokens that count.
    pub tokens: f64,
    /// Texts that count.
    pub rows: f64,
}

impl Totals {
    /// Of texts with so many tokens that count. A text without any is none.
    pub fn of(tokens: impl IntoIterator<Item = usize>) -> Self {
        let some = tokens.into_iter().filter(|tokens| *tokens > 0);
        some.fold(Self { tokens: 0.0, rows: 0.0 }, |totals, tokens| Self {
            tokens: totals.tokens + tokens as f64,
            rows: totals.rows + 1.0,
        })
    }
}

impl Aggregation {
    /// This part's share of the batch's loss. A loss that is not a number stays one where the mask is not zero, and is
    /// left out where it is.
    ///
    /// # Shapes
    /// - losses, mask: `[rows, tokens]`
    /// - result: `[1]`
    pub fn apply(self, losses: Tensor<2>, mask: Tensor<2>, totals: Totals) -> Tensor<1> {
        let losses = losses.mask_fill(mask.clone().equal_elem(0.0), 0.0);
        match self {
            Self::TokenMean => total(row_sums(losses)).div_scalar(totals.tokens),
            Self::SequenceMean => {
                let tokens = row_sums(mask).clamp_min(1.0);
                total(row_sums(losses) / tokens).div_scalar(totals.rows)
            }
            Self::SequenceSum { length } => total(row_sums(losses)).div_scalar(totals.rows * length as f64),
        }
    }
}
