//! Preferences: direct optimization, and rewards.

use models::objective::{Pairs, PreferenceObjective, bradley_terry, centered};
use serde::Deserialize;

use super::{agree, vector};
use crate::fixture::{folder, numbers, read};

#[derive(Deserialize)]
struct PreferenceCase {
    name: String,
    kind: String,
    beta: f32,
    flipped: f32,
    chosen: Vec<f32>,
    rejected: Vec<f32>,
    reference_chosen: Vec<f32>,
    reference_rejected: Vec<f32>,
    chosen_tokens: Vec<f32>,
    rejected_tokens: Vec<f32>,
    loss: f64,
    gradient: Vec<f64>,
}

#[test]
fn preferences_are_learnt_as_the_references_learn_them() {
    let cases: Vec<PreferenceCase> = read(&folder("cases/objectives/preference.json"));
    for case in cases {
        let PreferenceCase { beta, flipped, .. } = case;
        let objective = match case.kind.as_str() {
            "sigmoid" => PreferenceObjective::Sigmoid { beta },
            "ipo" => PreferenceObjective::Ipo { beta },
            "robust" => PreferenceObjective::Robust { beta, flipped },
            _ => PreferenceObjective::Conservative { beta, flipped },
        };
        let (chosen, rejected) = (vector(&case.chosen).require_grad(), vector(&case.rejected).require_grad());
        let pairs = Pairs {
            chosen: chosen.clone(),
            rejected: rejected.clone(),
            reference_chosen: vector(&case.reference_chosen),
            reference_rejected: vector(&case.reference_rejected),
            chosen_tokens: vector(&case.chosen_tokens),
            rejected_tokens: vector(&case.rejected_tokens),
        };
        let loss = objective.losses(&pairs).mean();
        let gradients = loss.backward();
        let gradient = [chosen, rejected].map(|leaf| numbers(leaf.grad(&gradients).unwrap())).concat();
        agree(&case.name, &[numbers(loss)[0]], &[case.loss], 1e-5);
        agree(&case.name, &gradient, &case.gradient, 2e-6);
    }
}

#[test]
fn the_papers_example_of_a_preference() {
    let one = |value: f32| vector(&[value]);
    let pairs = Pairs {
        chosen: one(-10.0),
        rejected: one(-12.0),
        reference_chosen: one(-11.0),
        reference_rejected: one(-11.5),
        chosen_tokens: one(3.0),
        rejected_tokens: one(3.0),
    };
    let loss = PreferenceObjective::Sigmoid { beta: 0.5 }.losses(&pairs);
    agree("sigmoid", &numbers(loss), &[0.386_871_006_114_899_94], 1e-6);
}

#[derive(Deserialize)]
struct ImitationCase {
    chosen: f32,
    tokens: f32,
    loss: f64,
}

#[test]
fn a_chosen_text_is_imitated_as_the_reference_imitates_it() {
    let cases: Vec<ImitationCase> = read(&folder("cases/objectives/imitation.json"));
    let of = |number: fn(&ImitationCase) -> f32| vector(&cases.iter().map(number).collect::<Vec<_>>());
    let (chosen, tokens) = (of(|case| case.chosen), of(|case| case.tokens));
    let pairs = Pairs {
        rejected: chosen.clone(),
        reference_chosen: chosen.clone(),
        reference_rejected: chosen.clone(),
        rejected_tokens: tokens.clone(),
        chosen,
        chosen_tokens: tokens,
    };
    let losses: Vec<f64> = cases.iter().map(|case| case.loss).collect();
    agree("imitation", &numbers(pairs.imitation()), &losses, 1e-6);
}

#[derive(Deserialize)]
struct RewardCase {
    name: String,
    chosen: Vec<f32>,
    rejected: Vec<f32>,
    margin: Option<Vec<f32>>,
    centering: f32,
    loss: f64,
    gradient: Vec<f64>,
}

#[test]
fn rewards_are_learnt_as_the_reference_learns_them() {
    let cases: Vec<RewardCase> = read(&folder("cases/objectives/reward.json"));
    for case in cases {
        let (chosen, rejected) = (vector(&case.chosen).require_grad(), vector(&case.rejected).require_grad());
        let losses = bradley_terry(chosen.clone(), rejected.clone(), case.margin.as_deref().map(vector));
        let loss = (losses + centered(chosen.clone(), rejected.clone()).mul_scalar(case.centering)).mean();
        let gradients = loss.backward();
        let gradient = [chosen, rejected].map(|leaf| numbers(leaf.grad(&gradients).unwrap())).concat();
        agree(&case.name, &[numbers(loss)[0]], &[case.loss], 1e-6);
        agree(&case.name, &gradient, &case.gradient, 1e-6);
    }
}
