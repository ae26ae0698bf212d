//! Policies: the clipped objective in all its variants.

use burn::tensor::Tensor;
use models::objective::{Aggregation, Divergence, PolicyObjective, Ratio, Rollouts, Totals};
use serde::Deserialize;

use super::{agree, matrix, vector};
use crate::fixture::{folder, numbers, read};

#[derive(Deserialize)]
struct Objective {
    clip_low: f32,
    clip_high: f32,
    dual_clip: Option<f32>,
    ratio: String,
    divergence: Option<String>,
    cost: f32,
}

#[derive(Deserialize)]
struct PolicyCase {
    name: String,
    objective: Objective,
    aggregation: String,
    rows: f64,
    longest: usize,
    log_probabilities: Vec<Vec<f32>>,
    drawn: Vec<Vec<f32>>,
    reference: Vec<Vec<f32>>,
    mask: Vec<Vec<f32>>,
    advantages: Vec<f32>,
    #[serde(default)]
    entropy: f32,
    #[serde(default)]
    entropies: Vec<Vec<f32>>,
    loss: f64,
    gradient: Vec<Vec<f64>>,
}

impl PolicyCase {
    fn aggregation(&self) -> Aggregation {
        match self.aggregation.as_str() {
            "token_mean" => Aggregation::TokenMean,
            "sequence_mean" => Aggregation::SequenceMean,
            _ => Aggregation::SequenceSum { length: self.longest },
        }
    }

    fn objective(&self) -> PolicyObjective {
        let Objective { clip_low, clip_high, dual_clip, .. } = self.objective;
        let divergence = self.objective.divergence.as_deref().map(|kind| match kind {
            "k1" => Divergence::K1,
            "k2" => Divergence::K2,
            _ => Divergence::K3,
        });
        PolicyObjective {
            clip_low,
            clip_high,
            dual_clip,
            ratio: if self.objective.ratio == "token" { Ratio::Token } else { Ratio::Sequence },
            divergence: divergence.map(|divergence| (divergence, self.objective.cost)),
            entropy: self.entropy,
        }
    }

    fn rollouts(&self, rows: std::ops::Range<usize>, log_probabilities: Tensor<2>) -> Rollouts {
        Rollouts {
            log_probabilities,
            drawn: matrix(&self.drawn[rows.clone()]),
            reference: Some(matrix(&self.reference[rows.clone()])),
            entropy: (!self.entropies.is_empty()).then(|| matrix(&self.entropies[rows.clone()])),
            mask: matrix(&self.mask[rows.clone()]),
            advantages: vector(&self.advantages[rows]),
        }
    }

    fn totals(&self) -> Totals {
        let tokens = self.mask.iter().map(|row| row.iter().filter(|one| **one > 0.0).count());
        Totals { rows: self.rows, ..Totals::of(tokens) }
    }

    /// The loss of some rows as a part of the whole batch's, and its gradient.
    fn part(&self, rows: std::ops::Range<usize>) -> (f32, Vec<f32>) {
        let leaf = matrix(&self.log_probabilities[rows.clone()]).require_grad();
        let rollouts = self.rollouts(rows, leaf.clone());
        let losses = self.objective().losses(&rollouts).losses;
        let loss = self.aggregation().apply(losses, rollouts.mask, self.totals());
        let gradients = loss.backward();
        (numbers(loss)[0], numbers(leaf.grad(&gradients).unwrap()))
    }
}

#[test]
fn policies_are_moved_as_the_references_move_them() {
    let cases: Vec<PolicyCase> = read(&folder("cases/objectives/policy.json"));
    assert!(cases.len() >= 15);
    for case in &cases {
        let (loss, gradient) = case.part(0..case.mask.len());
        agree(&case.name, &[loss], &[case.loss], 1e-5);
        agree(&case.name, &gradient, &case.gradient.concat(), 2e-6);
    }
}

#[test]
fn the_parts_of_a_batch_add_up() {
    for case in read::<Vec<PolicyCase>>(&folder("cases/objectives/policy.json")) {
        let (first, second) = (case.part(0..2), case.part(2..case.mask.len()));
        agree(&case.name, &[first.0 + second.0], &[case.loss], 1e-5);
        agree(&case.name, &[first.1, second.1].concat(), &case.gradient.concat(), 2e-6);
    }
}

#[test]
fn what_was_clipped_is_told() {
    let objective = PolicyObjective {
        clip_low: 0.2,
        clip_high: 0.2,
        dual_clip: Some(3.0),
        ratio: Ratio::Token,
        divergence: None,
        entropy: 0.0,
    };
    let ratios: [f32; 4] = [4.0, 4.0, 0.5, 1.0];
    let rollouts = Rollouts {
        log_probabilities: matrix(&ratios.map(|ratio| vec![ratio.ln()])),
        drawn: matrix(&[const { 0.0 }; 4].map(|zero: f32| vec![zero])),
        reference: None,
        entropy: None,
        mask: matrix(&[1.0, 1.0, 1.0, 1.0].map(|one: f32| vec![one])),
        advantages: vector(&[-1.0, 1.0, -1.0, 1.0]),
    };
    let found = objective.losses(&rollouts);
    agree("losses", &numbers(found.losses), &[3.0, -1.2, 0.8, -1.0], 1e-6);
    assert_eq!(numbers(found.clipped), [0.0, 1.0, 1.0, 0.0]);
    assert_eq!(numbers(found.dual_clipped), [1.0, 0.0, 0.0, 0.0]);
    let without = PolicyObjective { dual_clip: None, ..objective }.losses(&rollouts);
    assert!((numbers(without.losses)[0] - 4.0).abs() < 1e-6);
}

#[test]
fn a_loss_that_is_no_number_is_seen_where_it_counts() {
    let losses = matrix(&[vec![f32::NAN, 1.0], vec![2.0, 3.0]]);
    let whole = matrix(&[vec![1.0, 1.0], vec![1.0, 1.0]]);
    let without = matrix(&[vec![0.0, 1.0], vec![1.0, 1.0]]);
    let totals = Totals::of([1, 2]);
    for aggregation in [Aggregation::TokenMean, Aggregation::SequenceMean, Aggregation::SequenceSum { length: 2 }] {
        assert!(numbers(aggregation.apply(losses.clone(), whole.clone(), totals))[0].is_nan());
        assert!(numbers(aggregation.apply(losses.clone(), without.clone(), totals))[0].is_finite());
    }
}
