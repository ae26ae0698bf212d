//! Holds kappa to scikit-learn's: `fixtures/`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kappa::Judgements;

#[derive(Deserialize)]
struct Case {
    first: Vec<String>,
    second: Vec<String>,
    /// Nothing where it is not defined.
    kappa: Option<f64>,
}

#[test]
fn kappa_is_that_of_scikit_learn() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/kappa.json")).unwrap();
    for Case { first, second, kappa } in cases {
        let mut judgements = Judgements::default();
        first.iter().zip(&second).for_each(|(first, second)| judgements.add(first, second));
        let found: BTreeMap<_, _> = judgements.metrics().into_iter().collect();
        match kappa {
            Some(kappa) => assert!((found["kappa"] - kappa).abs() < 1e-12, "{first:?} {second:?}"),
            None => assert!(!found.contains_key("kappa"), "{first:?} {second:?}"),
        }
    }
}
