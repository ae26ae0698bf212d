//! Learning which of two texts is better, directly or as a reward. Owns that both texts of a pair are computed together.

use burn::tensor::Tensor;

use super::rows::numbers;
use super::{Example, Pass, Rows, Trained, loss_of};
use crate::decoder::{LanguageModel, NoPast, RewardModel};
use crate::fused::gradient::{row_sums, total};
use crate::objective::{Pairs, PreferenceObjective, bradley_terry, centered};

/// Pairs of texts of which the first is better.
#[derive(Debug, Clone, Copy)]
pub struct Paired<'a> {
    /// The better texts.
    pub chosen: &'a [&'a Example],
    /// The others.
    pub rejected: &'a [&'a Example],
    /// How many pairs the whole batch has.
    pub total: f64,
}

/// What a model made of pairs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weighed {
    /// The part's share of the batch's loss.
    pub loss: f64,
    /// What each better text is worth.
    pub chosen: Vec<f32>,
    /// What each of the others is.
    pub rejected: Vec<f32>,
}

/// What a loss of rewards adds to its formula.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RewardTerms<'a> {
    /// By how much each better text is to be better.
    pub margins: Option<&'a [f32]>,
    /// What it costs that rewards are far from zero.
    pub centering: Option<f32>,
}

impl Paired<'_> {
    /// Both texts of every pair, the better ones first.
    fn rows<M: Trained>(&self, model: &M) -> Rows {
        Rows::of(model, &[self.chosen, self.rejected].concat())
    }
}

/// `Σ_t log π(y_t)` of what is learned of each text, by a model outside of any graph.
pub fn log_likelihoods(model: &LanguageModel, examples: &[&Example]) -> Vec<f32> {
    let rows = Rows::of(model, examples);
    let hidden = model.model.forward(rows.tokens(), rows.positions(), &mut NoPast);
    numbers(sums(model, &rows, hidden))
}

/// What direct preference optimization compares a policy with, and how.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// What the reference makes of the texts, as [`log_likelihoods`] tells it, of the better ones first.
    pub reference: &'a [f32],
    /// The loss of a pair.
    pub objective: PreferenceObjective,
    /// How much the better text's own unlikeliness counts beside it.
    pub imitation: f32,
}

/// The loss of direct preference optimization. What a text is worth is `log π - log π_ref`.
pub fn preferred(model: &LanguageModel, part: Paired<'_>, compared: Compared<'_>, pass: Pass<'_>) -> Weighed {
    let rows = part.rows(model);
    let mut worth = Vec::new();
    let loss = loss_of(model, &rows, pass, |hidden| {
        let policy = sums(model, &rows, hidden);
        worth = compared.worth(policy.clone());
        part.preference_loss(&rows, policy, compared)
    });
    Weighed { loss, rejected: worth.split_off(part.chosen.len()), chosen: worth }
}

impl Compared<'_> {
    fn worth(&self, policy: Tensor<1>) -> Vec<f32> {
        numbers(policy.detach()).iter().zip(self.reference).map(|(policy, reference)| policy - reference).collect()
    }
}

/// A reward model's loss.
pub fn rewarded(model: &RewardModel, part: Paired<'_>, terms: RewardTerms<'_>, pass: Pass<'_>) -> Weighed {
    let rows = part.rows(model);
    let mut worth = Vec::new();
    let loss = loss_of(model, &rows, pass, |hidden| {
        let rewards = model.read(hidden, rows.positions());
        worth = numbers(rewards.clone().detach());
        part.reward_loss(rewards, terms)
    });
    Weighed { loss, rejected: worth.split_off(part.chosen.len()), chosen: worth }
}

impl Paired<'_> {
    /// # Shapes
    /// - policy: `[2 · pairs]`
    /// - result: `[1]`
    fn preference_loss(&self, rows: &Rows, policy: Tensor<1>, compared: Compared<'_>) -> Tensor<1> {
        let (pairs, device) = (self.chosen.len(), policy.device());
        let counts: Vec<f32> = rows.counts().iter().map(|count| *count as f32).collect();
        let given = |numbers: &[f32]| Tensor::<1>::from_floats(numbers, &device);
        let halves = |both: Tensor<1>| [0, pairs].map(|first| both.clone().narrow(0, first, pairs));
        let [chosen, rejected] = halves(policy);
        let [chosen_tokens, rejected_tokens] = halves(given(&counts));
        let [reference_chosen, reference_rejected] = halves(given(compared.reference));
        let pairs = Pairs { chosen, rejected, reference_chosen, reference_rejected, chosen_tokens, rejected_tokens };
        let losses = compared.objective.losses(&pairs);
        let losses = match compared.imitation {
            0.0 => losses,
            weight => losses + pairs.imitation().mul_scalar(weight),
        };
        total(losses).div_scalar(self.total)
    }

    /// # Shapes
    /// - rewards: `[2 · pairs]`
    /// - result: `[1]`
    fn reward_loss(&self, rewards: Tensor<1>, terms: RewardTerms<'_>) -> Tensor<1> {
        let pairs = self.chosen.len();
        let [chosen, rejected] = [0, pairs].map(|first| rewards.clone().narrow(0, first, pairs));
        let margins = terms.margins.map(|margins| Tensor::from_floats(margins, &rewards.device()));
        let losses = bradley_terry(chosen.clone(), rejected.clone(), margins);
        let losses = match terms.centering {
            Some(cost) => losses + centered(chosen, rejected).mul_scalar(cost),
            None => losses,
        };
        total(losses).div_scalar(self.total)
    }
}

/// # Shapes
/// - hidden: `[rows, columns, width]`
/// - result: `[rows]`
fn sums(model: &LanguageModel, rows: &Rows, hidden: Tensor<3>) -> Tensor<1> {
    let [log_probabilities, _] = model.log_probabilities(rows.predicting(hidden), rows.words(), 1.0);
    let mask = rows.mask(&log_probabilities.device());
    row_sums(rows.by_row(log_probabilities) * mask)
}
