//! Weights to the byte: whatever processor a training runs on, it ends with these.
//!
//! Held for processors with AVX2, with AVX-512 beside it or not, whatever their caches and however many there are. The
//! logarithms and powers of losses are the C library's.
#![cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use models::adapter::{self, attach};
use models::config::{Config, Head};
use models::decoder::{Kept, LanguageModel, RewardModel};
use models::objective::{Aggregation, Divergence, PolicyObjective, PreferenceObjective, Ratio, Totals};
use models::optimize::{self, Gathered, Matrices, Schedule, Shape};
use models::train::{
    Compared, Drawn, Example, Paired, Pass, PolicySettings, RewardTerms, Settings, Trained, Trainer, Weighted,
    log_likelihoods, policy, preferred, rewarded, supervised, token_log_probabilities,
};
use models::weights::{Dtype, Placement};
use serde_json::json;

use crate::fixture::numbers;
use crate::parity::{drawn, language_cases};

const STEPS: usize = 3;
const MUON: Matrices = Matrices::Muon { momentum: 0.95 };

fn placement() -> Placement {
    Placement { device: Device::flex().autodiff(), dtype: Dtype::F32 }
}

/// Matrices of more rows and columns than `gemm` has a way of its own for, some of which no register divides.
fn config() -> Config {
    let (_, mut case, _) = language_cases().into_iter().find(|(name, ..)| name == "qwen2-tied").unwrap();
    for (key, value) in [("hidden_size", 96), ("intermediate_size", 203), ("vocab_size", 91)] {
        case.config.insert(key.to_owned(), json!(value));
    }
    Config::from_json(case.config).unwrap()
}

fn language_model() -> LanguageModel {
    drawn(models::checkpoint::language_model(&config(), 0, &placement()).unwrap(), &placement())
}

/// More tokens than a product has depth in one piece; every second text begins like the one before.
fn examples() -> Vec<Example> {
    let text = |own: u32| -> Vec<u32> {
        let token = |place: u32| if place < 12 { place * (own / 2 + 1) } else { place * place * (own + 1) + own };
        (0..60 + own).map(|place| token(place) % 90).collect()
    };
    (0..24).map(text).map(|text| Example::completion(&text[..8], &text[8..])).collect()
}

/// A model after some steps, as the digest of its parameters.
fn learned<M: Trained>(model: M, matrices: Matrices, mut gradients: impl FnMut(&M, Pass<'_>)) -> String {
    let schedule = Schedule { rate: 0.003, warmup: 0, shape: Shape::Constant };
    let optimizer = optimize::Settings { matrices, ..optimize::Settings::default() };
    let mut trainer = Trainer::new(model, Settings { optimizer, schedule, greatest_norm: Some(1.0) });
    for _ in 0..STEPS {
        let mut gathered = Gathered::new();
        gradients(trainer.model(), Pass::Learn { kept: Kept::Everything, gathered: &mut gathered });
        trainer.step(gathered).unwrap();
    }
    digest(trainer.model())
}

struct Bytes(blake3::Hasher);

impl ModuleVisitor for Bytes {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        for number in numbers(parameter.val()) {
            self.0.update(&number.to_le_bytes());
        }
    }
}

fn digest(model: &impl Module) -> String {
    let mut bytes = Bytes(blake3::Hasher::new());
    model.visit(&mut bytes);
    bytes.0.finalize().to_hex()[..16].to_owned()
}

fn of_texts(model: LanguageModel, matrices: Matrices) -> String {
    let examples = examples();
    let examples: Vec<&Example> = examples.iter().collect();
    let (weights, total) = (vec![1.0; examples.len()], examples.iter().map(|own| own.count() as f64).sum());
    learned(model, matrices, |model, pass| {
        supervised(model, Weighted { examples: &examples, weights: &weights, total }, pass);
    })
}

fn of_an_adapter(rank: usize) -> String {
    let settings = adapter::Settings { rank, ..adapter::Settings::default() };
    of_texts(attach(language_model(), &settings, 7).unwrap(), Matrices::AdamW)
}

fn of_preferences() -> String {
    let examples = examples();
    let examples: Vec<&Example> = examples.iter().collect();
    let (chosen, rejected) = examples.split_at(examples.len() / 2);
    let part = Paired { chosen, rejected, total: chosen.len() as f64 };
    let reference = log_likelihoods(&language_model().frozen(), &examples);
    let objective = PreferenceObjective::Sigmoid { beta: 0.1 };
    let compared = Compared { reference: &reference, objective, imitation: 0.2 };
    learned(language_model(), Matrices::AdamW, |model, pass| drop(preferred(model, part, compared, pass)))
}

fn of_rewards() -> String {
    let config = config().with_head(Head::Reward);
    let model: RewardModel = drawn(models::checkpoint::reward_model(&config, 0, &placement()).unwrap(), &placement());
    let examples = examples();
    let examples: Vec<&Example> = examples.iter().collect();
    let (chosen, rejected) = examples.split_at(examples.len() / 2);
    let part = Paired { chosen, rejected, total: chosen.len() as f64 };
    learned(model, MUON, |model, pass| drop(rewarded(model, part, RewardTerms::default(), pass)))
}

fn of_rollouts(ratio: Ratio, aggregation: Aggregation) -> String {
    let examples = examples();
    let all: Vec<&Example> = examples.iter().collect();
    let drawn = token_log_probabilities(&language_model().frozen(), &all, 1.0);
    let advantages: Vec<f32> = (0..all.len()).map(|own| [1.5, -0.5, 0.25, -1.25][own % 4]).collect();
    let part = Drawn {
        examples: &all,
        advantages: &advantages,
        drawn: Some(&drawn),
        reference: Some(&drawn),
        totals: Totals::of(all.iter().map(|own| own.count())),
    };
    let divergence = Some((Divergence::K3, 0.05));
    let objective =
        PolicyObjective { clip_low: 0.2, clip_high: 0.28, dual_clip: Some(3.0), ratio, divergence, entropy: 0.01 };
    let settings = PolicySettings { objective, aggregation, temperature: 1.0 };
    learned(language_model(), Matrices::AdamW, |model, pass| {
        policy(model, part, &settings, pass);
    })
}

/// If these are meant to be others, raise the `VERSION` of the operators that train.
#[test]
fn every_processor_ends_a_training_with_the_same_bytes() {
    if !(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")) {
        eprintln!("skipped: sums are held for processors with AVX2");
        return;
    }
    let found = [
        ("texts", of_texts(language_model(), Matrices::AdamW)),
        ("texts, Muon", of_texts(language_model(), MUON)),
        ("an adapter", of_an_adapter(8)),
        ("an adapter of rank 1", of_an_adapter(1)),
        ("preferences", of_preferences()),
        ("rewards", of_rewards()),
        ("rollouts by token", of_rollouts(Ratio::Token, Aggregation::TokenMean)),
        ("rollouts by text", of_rollouts(Ratio::Sequence, Aggregation::SequenceMean)),
    ];
    let expected = [
        ("texts", "59a7cde4a22a95e1"),
        ("texts, Muon", "0b4c22f1546b438e"),
        ("an adapter", "63055732d2e8f6f3"),
        ("an adapter of rank 1", "fb339520c732ca6c"),
        ("preferences", "cbf44668ff351b9c"),
        ("rewards", "72b1d9deaa4e6eda"),
        ("rollouts by token", "4d8a520a0ad51d41"),
        ("rollouts by text", "e8260e81c9f91fb3"),
    ];
    assert_eq!(found.each_ref().map(|(name, own)| (*name, own.as_str())), expected);
}
