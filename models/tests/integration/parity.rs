//! Logits, scores and greedy continuations of every architecture, from weights drawn alike on both sides.

use burn::module::Module;
use burn::tensor::Tensor;
use models::config::Config;
use models::decoder::{Cache, LanguageModel, NoPast, Positions, RewardModel, Run};
use models::weights::{Distribution, Dtype, Placement, Random, fill};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::fixture::{batch, cases, cpu, distance, numbers};

/// The seed of `tests/fixtures/drawn.py`.
const SEED: u64 = 7;

pub const TOLERANCE: f32 = 1e-5;

/// What the reference computes with a configuration.
#[derive(Deserialize)]
pub struct Case {
    pub config: Map<String, Value>,
    pub rows: Vec<Vec<i64>>,
    pub logits: Option<Vec<Vec<Vec<f32>>>>,
    pub continued: Option<Vec<Vec<i64>>>,
    scores: Option<Vec<f32>>,
}

/// What `spread` in `tests/fixtures/drawn.py` says.
fn spread(name: &str) -> Distribution {
    let (mean, deviation) = match name {
        name if name.ends_with("norm.weight") => (1.0, 0.1),
        name if name.ends_with("embed_tokens.weight") || name.ends_with(".bias") => (0.0, 0.1),
        _ => (0.0, 0.25),
    };
    Distribution::Normal { mean, deviation }
}

/// The module with the reference's parameters.
pub fn drawn<M: Module>(module: M, placement: &Placement) -> M {
    let source = Random { seed: SEED, distribution: spread };
    fill(module, &source, placement).unwrap().0
}

/// The cases of language models, each with its model.
pub fn language_cases() -> Vec<(String, Case, LanguageModel)> {
    let cases = cases::<Case>("cases/parity").into_iter().filter(|(_, case)| case.logits.is_some());
    let model = |config: &Map<String, Value>| {
        let config = Config::from_json(config.clone()).unwrap();
        drawn(models::checkpoint::language_model(&config, 0, &cpu(Dtype::F32)).unwrap(), &cpu(Dtype::F32))
    };
    cases.map(|(name, case)| (name, model(&case.config), case)).map(|(name, model, case)| (name, case, model)).collect()
}

fn lengths(rows: &[Vec<i64>]) -> impl Iterator<Item = usize> + '_ {
    rows.iter().map(Vec::len)
}

#[test]
fn logits_are_the_references_in_one_batch_of_rows_of_different_lengths() {
    for (name, case, model) in language_cases() {
        let tokens = batch(&case.rows, &cpu(Dtype::F32).device);
        let logits = model.forward(tokens, &Positions::beginning(lengths(&case.rows)), &mut NoPast);
        for (index, theirs) in case.logits.unwrap().into_iter().enumerate() {
            let [_, _, vocabulary] = logits.dims();
            let ours = numbers(logits.clone().slice([index..index + 1, 0..theirs.len(), 0..vocabulary]));
            let apart = distance(&ours, &theirs.concat());
            assert!(apart < TOLERANCE, "{name}, row {index}: {apart:e}");
        }
    }
}

#[test]
fn greedy_continuations_are_the_references() {
    for (name, case, model) in language_cases() {
        let theirs = case.continued.unwrap();
        let ours = continued(&model, &case.rows, theirs[0].len());
        assert_eq!(ours, theirs, "{name}");
    }
}

/// Continues all rows together, over one cache.
fn continued(model: &LanguageModel, rows: &[Vec<i64>], count: usize) -> Vec<Vec<i64>> {
    let device = cpu(Dtype::F32).device;
    let mut cache = Cache::new();
    let mut lengths: Vec<usize> = lengths(rows).collect();
    let hidden = model.model.forward(batch(rows, &device), &Positions::beginning(lengths.clone()), &mut cache);
    let last =
        lengths.iter().enumerate().map(|(row, length)| hidden.clone().slice([row..row + 1, length - 1..*length]));
    let mut next = best(model, Tensor::cat(last.collect(), 0));
    let mut all: Vec<Vec<i64>> = vec![Vec::new(); rows.len()];
    loop {
        all.iter_mut().zip(&next).for_each(|(row, token)| row.push(*token));
        if all[0].len() == count {
            return all;
        }
        let rows: Vec<Vec<i64>> = next.iter().map(|token| vec![*token]).collect();
        let hidden = model.model.forward(batch(&rows, &device), &Positions::next(lengths.clone()), &mut cache);
        lengths.iter_mut().for_each(|length| *length += 1);
        next = best(model, hidden);
    }
}

fn best(model: &LanguageModel, hidden: Tensor<3>) -> Vec<i64> {
    model.logits(hidden).argmax(2).into_data().iter::<i64>().collect()
}

#[test]
fn a_text_in_pieces_gives_the_logits_of_the_whole() {
    for (name, case, model) in language_cases() {
        let device = cpu(Dtype::F32).device;
        let row = &case.rows[0];
        let mut cache = Cache::new();
        let mut ours = Vec::new();
        let mut start = 0;
        for length in [3, 1, 5, row.len() - 9] {
            let piece = vec![row[start..start + length].to_vec()];
            let positions = Positions::new(vec![Run { start, length }]);
            ours.extend(numbers(model.forward(batch(&piece, &device), &positions, &mut cache)));
            start += length;
        }
        let apart = distance(&ours, &case.logits.unwrap()[0].concat());
        assert!(apart < TOLERANCE, "{name}: {apart:e}");
    }
}

#[test]
fn scores_are_the_references() {
    let mut checked = 0;
    for (name, case) in cases::<Case>("cases/parity") {
        let Some(theirs) = case.scores else { continue };
        let config = Config::from_json(case.config).unwrap();
        let model: RewardModel =
            drawn(models::checkpoint::reward_model(&config, 0, &cpu(Dtype::F32)).unwrap(), &cpu(Dtype::F32));
        let tokens = batch(&case.rows, &cpu(Dtype::F32).device);
        let ours = numbers(model.forward(tokens, &Positions::beginning(lengths(&case.rows))));
        let apart = distance(&ours, &theirs);
        assert!(apart < TOLERANCE, "{name}: {apart:e}");
        checked += 1;
    }
    assert_eq!(checked, 3);
}
