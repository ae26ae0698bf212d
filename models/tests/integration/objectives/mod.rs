//! Losses, their gradients and advantages, held against what TRL, verl and OpenRLHF make of the same numbers.

mod policies;
mod preferences;

use burn::tensor::{Tensor, TensorData};
use models::objective::{Advantages, Scale, Singleton, cross_entropy};
use models::weights::Dtype;
use serde::Deserialize;

use crate::fixture::{cpu, folder, numbers, read};

fn matrix(rows: &[Vec<f32>]) -> Tensor<2> {
    let device = cpu(Dtype::F32).device.autodiff();
    let shape = [rows.len(), rows[0].len()];
    Tensor::from_data(TensorData::new(rows.concat(), shape), &device)
}

fn vector(values: &[f32]) -> Tensor<1> {
    let device = cpu(Dtype::F32).device.autodiff();
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), &device)
}

/// Whether two numbers agree to `relative` of the greater of the two, or of `scale` where both are small.
#[track_caller]
fn agree(name: &str, found: &[f32], expected: &[f64], relative: f64) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let scale = expected.iter().fold(0.0_f64, |scale, value| scale.max(value.abs()));
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(*found) - expected).abs();
        assert!(difference <= relative * scale, "{name}: {found} in place of {expected} at {place}");
    }
}

#[derive(Deserialize)]
struct AdvantageCase {
    name: String,
    scale: String,
    epsilon: f64,
    singleton: String,
    rewards: Vec<Option<f64>>,
    groups: Vec<usize>,
    advantages: Vec<f64>,
}

#[test]
fn advantages_are_those_of_the_references() {
    let cases: Vec<AdvantageCase> = read(&folder("cases/objectives/advantage.json"));
    for case in cases {
        let advantages = Advantages {
            scale: match case.scale.as_str() {
                "group" => Scale::Group,
                "batch" => Scale::Batch,
                _ => Scale::None,
            },
            epsilon: case.epsilon,
            singleton: if case.singleton == "reward" { Singleton::Reward } else { Singleton::Zero },
        };
        let rewards: Vec<f64> = case.rewards.iter().map(|reward| reward.unwrap_or(f64::NAN)).collect();
        let found = advantages.of(&rewards, &case.groups);
        for (found, expected) in found.iter().zip(&case.advantages) {
            // The reference sums in single precision.
            assert!((found - expected).abs() < 1e-6, "{}: {found} in place of {expected}", case.name);
        }
    }
}

#[test]
fn tokens_that_do_not_count_cost_nothing() {
    let log_probabilities = matrix(&[vec![-1.0, -2.0, f32::NEG_INFINITY], vec![-4.0, -0.5, -0.25]]);
    let mask = matrix(&[vec![1.0, 1.0, 0.0], vec![0.0, 1.0, 1.0]]);
    let losses = cross_entropy(log_probabilities, mask, Some(vector(&[1.0, 2.0])));
    assert_eq!(numbers(losses), [1.0, 2.0, 0.0, 0.0, 1.0, 0.5]);
}
