//! Learning texts. Owns what a token counts in its batch.

use super::{Example, Rows, Trained, gather};
use crate::decoder::{Kept, LanguageModel, NoPast};
use crate::optimize::Gathered;

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

/// Adds the gradients of a part of a batch: `-Σ_i w_i Σ_t log π(y_it) / Σ_i w_i n_i`, the sum being over the part. Gives
/// its value.
pub fn supervised(model: &LanguageModel, part: Weighted<'_>, kept: Kept, gathered: &mut Gathered) -> f64 {
    let rows = Rows::new(part.examples, &model.device());
    let factors = part.factors(&rows);
    let loss = |hidden| model.log_likelihood(rows.predicting(hidden), rows.words(), &factors);
    gather(model, &rows, kept, loss, gathered)
}

/// The value alone, of a model outside of any graph.
pub fn supervised_loss(model: &LanguageModel, part: Weighted<'_>) -> f64 {
    let rows = Rows::new(part.examples, &model.device());
    let hidden = model.model.forward(rows.tokens(), rows.positions(), &mut NoPast);
    let loss = model.log_likelihood(rows.predicting(hidden), rows.words(), &part.factors(&rows));
    loss.into_data().iter::<f64>().sum()
}
