//! Learning texts. Owns what a token counts in its batch.

use super::{Example, Pass, Rows, loss_of};
use crate::decoder::LanguageModel;

/// Texts that are learned together, and how much each counts.
#[derive(Debug, Clone, Copy)]
pub struct Weighted<'a> {
    /// The texts.
    pub examples: &'a [&'a Example],
    /// How much every token of each counts.
    pub weights: &'a [f32],
    /// `Σ w_i n_i` over the whole batch, `n_i` being how many tokens of a text are learned.
    pub total: f64,
}

impl Weighted<'_> {
    /// The share of a token in the batch's loss, with the sign of a loss.
    fn factors(&self, rows: &Rows) -> Vec<f32> {
        let share =
            |(count, weight): (&usize, &f32)| std::iter::repeat_n((-f64::from(*weight) / self.total) as f32, *count);
        rows.counts().iter().zip(self.weights).flat_map(share).collect()
    }
}

/// The loss of a part of a batch: `-Σ_i w_i Σ_t log π(y_it) / Σ_i w_i n_i`, the first sum being over the part.
pub fn supervised(model: &LanguageModel, part: Weighted<'_>, pass: Pass<'_>) -> f64 {
    let rows = Rows::of(model, part.examples);
    let factors = part.factors(&rows);
    loss_of(model, &rows, pass, |hidden| model.log_likelihood(rows.predicting(hidden), rows.words(), &factors))
}
