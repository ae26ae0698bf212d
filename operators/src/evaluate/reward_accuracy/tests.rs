//! Holds weights to scikit-learn's and sections to RewardBench's own: `fixtures/`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Sections;
use super::logistic::{Sparse, fit};
use super::measured::Measured;

#[derive(Deserialize)]
struct Regression {
    rows: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

#[derive(Deserialize)]
struct RewardBench {
    /// Pairs of each subset, and how many of them are right.
    pairs: BTreeMap<String, (usize, usize)>,
    sections: BTreeMap<String, f64>,
}

#[test]
fn weights_are_those_of_scikit_learn() {
    let Regression { rows, weights } = serde_json::from_str(include_str!("fixtures/logistic.json")).unwrap();
    let sparse =
        |row: &Vec<f64>| -> Sparse { row.iter().copied().enumerate().filter(|(_, value)| *value != 0.0).collect() };
    let found = fit(&rows.iter().map(sparse).collect::<Vec<_>>(), weights.len());
    for (found, wanted) in found.iter().zip(&weights) {
        assert!((found - wanted).abs() < 1e-6 * (1.0 + wanted.abs()), "{found} {wanted}");
    }
}

#[test]
fn nothing_is_learned_of_nothing() {
    assert_eq!(fit(&[], 2), [0.0, 0.0]);
    assert_eq!(fit(&[Vec::new()], 0), [0.0; 0]);
}

#[test]
fn sections_are_those_of_reward_bench() {
    let RewardBench { pairs, sections } = serde_json::from_str(include_str!("fixtures/sections.json")).unwrap();
    let mut measured = Measured::new(["accuracy"]);
    for (subset, (all, right)) in &pairs {
        (0..*all).for_each(|place| measured.add(None, Some(subset), &[place < *right]));
    }
    let metrics = measured.metrics(false, Some(Sections::RewardBench), |_| String::new()).unwrap();
    let metrics: Vec<Value> = metrics.iter().map(|metric| serde_json::to_value(metric).unwrap()).collect();
    let found = |group: Option<&str>| {
        let metric =
            metrics.iter().find(|metric| metric["name"] == "reward_bench" && metric["group"].as_str() == group);
        metric.unwrap()["value"].as_f64().unwrap()
    };
    for (section, wanted) in &sections {
        assert!((found(Some(section)) - wanted).abs() < 1e-12, "{section}");
    }
    let mean = sections.values().sum::<f64>() / sections.len() as f64;
    assert!((found(None) - mean).abs() < 1e-12);
    let halves = (found(Some("Code")) + found(Some("Math"))) / 2.0;
    assert!((found(Some("Reasoning")) - halves).abs() < 1e-12, "code and mathematics count the same");
}
