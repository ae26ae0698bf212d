//! Learning from rewards. Owns how a policy's losses are computed over a part of what was drawn.

use burn::tensor::{Tensor, TensorData};

use super::rows::numbers;
use super::{Example, Pass, Rows, loss_of};
use crate::decoder::{LanguageModel, NoPast};
use crate::fused::gradient::row_sums;
use crate::objective::{Aggregation, Divergence, PolicyObjective, Rollouts, Totals};

/// Texts that were drawn, and what came of them.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'a> {
    /// The texts, of which the completion is learned.
    pub examples: &'a [&'a Example],
    /// How much better each was than was to be expected.
    pub advantages: &'a [f32],
    /// The log-probabilities of the completions' tokens under the policy that drew them; nothing where that is the
    /// policy at hand.
    pub drawn: Option<&'a [Vec<f32>]>,
    /// The same under the reference; asked for where a divergence costs.
    pub reference: Option<&'a [Vec<f32>]>,
    /// What the batch's losses are divided by.
    pub totals: Totals,
}

/// How a policy learns.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicySettings {
    /// The loss of a token.
    pub objective: PolicyObjective,
    /// How losses become one.
    pub aggregation: Aggregation,
    /// What logits are divided by, when texts are drawn and when they are learned.
    pub temperature: f32,
}

/// What there is to know of a part: sums over its tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Watched {
    /// The part's share of the batch's loss.
    pub loss: f64,
    /// Tokens.
    pub tokens: f64,
    /// Tokens of which a bound of the ratio made the loss greater.
    pub clipped: f64,
    /// Tokens of which dual clipping made it smaller.
    pub dual_clipped: f64,
    /// Of what the policy would draw.
    pub entropy: f64,
    /// Of the policy to that which drew the texts, the third estimate.
    pub moved: f64,
    /// Of the policy to the reference, where there is one.
    pub divergence: f64,
}

impl std::ops::AddAssign for Watched {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.tokens += other.tokens;
        self.clipped += other.clipped;
        self.dual_clipped += other.dual_clipped;
        self.entropy += other.entropy;
        self.moved += other.moved;
        self.divergence += other.divergence;
    }
}

/// The log-probabilities of what is learned of each text, token by token, by a model outside of any graph.
pub fn token_log_probabilities(model: &LanguageModel, examples: &[&Example], temperature: f32) -> Vec<Vec<f32>> {
    let rows = Rows::of(model, examples);
    let hidden = model.model.forward(rows.tokens(), rows.positions(), &mut NoPast);
    let [all, _] = model.log_probabilities(rows.predicting(hidden), rows.words(), temperature);
    let all = numbers(all);
    let mut first = 0;
    let row = |count: &usize| {
        first += count;
        all[first - count..first].to_vec()
    };
    rows.counts().iter().map(row).collect()
}

/// The loss of a part of what was drawn, and what there is to know of it.
pub fn policy(model: &LanguageModel, part: Drawn<'_>, settings: &PolicySettings, pass: Pass<'_>) -> Watched {
    let rows = Rows::of(model, part.examples);
    let mut watched = Watched { tokens: rows.words().len() as f64, ..Watched::default() };
    let loss = |hidden| {
        let [own, entropy] = model.log_probabilities(rows.predicting(hidden), rows.words(), settings.temperature);
        let rollouts = rollouts(&rows, &part, [own, entropy]);
        let losses = settings.objective.losses(&rollouts);
        let total = |numbers: Tensor<2>| sum(numbers.detach() * rollouts.mask.clone());
        let apart = |other: &Tensor<2>| Divergence::K3.estimate(rollouts.log_probabilities.clone(), other.clone());
        watched.clipped = total(losses.clipped);
        watched.dual_clipped = total(losses.dual_clipped);
        watched.entropy = rollouts.entropy.clone().map_or(0.0, total);
        watched.moved = total(Divergence::K3.estimate(rollouts.drawn.clone(), rollouts.log_probabilities.clone()));
        watched.divergence = rollouts.reference.as_ref().map_or(0.0, |reference| total(apart(reference)));
        settings.aggregation.apply(losses.losses, rollouts.mask.clone(), part.totals)
    };
    watched.loss = loss_of(model, &rows, pass, loss);
    watched
}

/// A part by row.
fn rollouts(rows: &Rows, part: &Drawn<'_>, [own, entropy]: [Tensor<1>; 2]) -> Rollouts {
    let device = own.device();
    let given = |known: &[Vec<f32>]| {
        let all = known.concat();
        assert_eq!(all.len(), rows.words().len(), "every token that is learned has a log-probability");
        let count = all.len();
        rows.by_row(Tensor::from_data(TensorData::new(all, [count]), &device))
    };
    // The same numbers, and yet another tensor: what burn compiles for a card fails at a difference of one with itself.
    let drawn = part.drawn.map_or_else(|| rows.by_row(own.clone().detach()), given);
    Rollouts {
        drawn,
        reference: part.reference.map(given),
        entropy: Some(rows.by_row(entropy)),
        mask: rows.mask(&device),
        advantages: Tensor::from_floats(part.advantages, &device),
        log_probabilities: rows.by_row(own),
    }
}

fn sum(numbers: Tensor<2>) -> f64 {
    row_sums(numbers).into_data().iter::<f64>().sum()
}
