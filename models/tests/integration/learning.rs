//! What is learned of preferences, rewards and rollouts, held against gradients that are known: where a policy is still
//! the one that drew or is compared with, each objective's gradient is that of weighted texts.

use std::ops::Range;

use burn::tensor::Device;
use models::config::{Config, Head};
use models::decoder::{Kept, LanguageModel, RewardModel};
use models::objective::{Aggregation, Divergence, PolicyObjective, PreferenceObjective, Ratio, Totals};
use models::optimize::Gathered;
use models::train::{
    Compared, Drawn, Example, Paired, Pass, PolicySettings, RewardTerms, Rows, Trained, Weighed, Weighted,
    log_likelihoods, policy, preferred, rewarded, supervised, token_log_probabilities,
};
use models::weights::{Dtype, Placement};

use crate::parity::{drawn, language_cases};

const TOLERANCE: f64 = 1e-5;

fn learn(kept: Kept, gathered: &mut Gathered) -> Pass<'_> {
    Pass::Learn { kept, gathered }
}

fn placement() -> Placement {
    Placement { device: Device::flex().autodiff(), dtype: Dtype::F32 }
}

fn config() -> Config {
    let (_, case, _) = language_cases().remove(0);
    Config::from_json(case.config).unwrap()
}

fn model() -> LanguageModel {
    drawn(models::checkpoint::language_model(&config(), 0, &placement()).unwrap(), &placement())
}

fn examples() -> Vec<Example> {
    let text = |length: u32, step: u32| (0..length).map(|place| (place * step + step) % 30).collect::<Vec<_>>();
    let texts = [text(9, 7), text(4, 3), text(20, 11), text(17, 1)];
    texts.iter().map(|text| Example::completion(&text[..2], &text[2..])).collect()
}

/// Texts that begin alike, by what is asked and by some of what is learned; one is the beginning of another, and one a stranger.
fn alike() -> Vec<Example> {
    let text = |shared: u32, length: u32, step: u32| {
        (0..length).map(|place| if place < shared { place + 1 } else { place * step % 30 }).collect::<Vec<_>>()
    };
    let texts = [text(9, 20, 7), text(9, 14, 11), text(4, 17, 13), text(6, 6, 1), text(0, 11, 3), text(9, 20, 7)];
    texts.iter().map(|text| Example::completion(&text[..4], &text[4..])).collect()
}

fn settings(aggregation: Aggregation) -> PolicySettings {
    let objective = PolicyObjective {
        clip_low: 0.2,
        clip_high: 0.28,
        dual_clip: Some(3.0),
        ratio: Ratio::Token,
        divergence: None,
        entropy: 0.0,
    };
    PolicySettings { objective, aggregation, temperature: 1.0 }
}

/// Asserts that two gradients differ by no more than rounding: the norm of their difference is next to nothing.
fn assert_same(one: Gathered, mut other: Gathered, what: &str) {
    let (norm, mut difference) = (other.norm(), one);
    difference.add_scaled(other, -1.0);
    let apart = difference.norm();
    assert!(norm > 0.0 && apart < TOLERANCE * norm, "{what}: {apart} of {norm}");
}

/// The gradient of weighted texts: `-Σ w log π / total`.
fn of_texts(model: &LanguageModel, weights: &[f32], total: f64) -> Gathered {
    let examples = examples();
    let examples: Vec<&Example> = examples.iter().collect();
    let mut gathered = Gathered::new();
    supervised(model, Weighted { examples: &examples, weights, total }, learn(Kept::Everything, &mut gathered));
    gathered
}

#[test]
fn a_policy_that_drew_itself_learns_texts_by_their_advantages() {
    let (model, examples) = (model(), examples());
    let all: Vec<&Example> = examples.iter().collect();
    let advantages = [1.5_f32, -0.5, 0.25, -1.25];
    let totals = Totals::of(examples.iter().map(Example::count));
    let part = Drawn { examples: &all, advantages: &advantages, drawn: None, reference: None, totals };
    let mut gathered = Gathered::new();
    let watched = policy(&model, part, &settings(Aggregation::TokenMean), learn(Kept::BetweenLayers, &mut gathered));
    let expected: f64 =
        advantages.iter().zip(&examples).map(|(advantage, own)| -f64::from(*advantage) * own.count() as f64).sum();
    assert!((watched.loss - expected / totals.tokens).abs() < 1e-6, "{}", watched.loss);
    assert_eq!((watched.clipped, watched.dual_clipped, watched.moved), (0.0, 0.0, 0.0));
    assert_same(gathered, of_texts(&model, &advantages, totals.tokens), "advantages");
}

#[test]
fn rollouts_are_learned_in_parts_as_they_are_at_once() {
    let (model, examples) = (model(), alike());
    let advantages = [1.5_f32, -0.5, 0.25, -1.25, 0.75, 1.0];
    let totals = Totals::of(examples.iter().map(Example::count));
    let frozen = model.frozen();
    // Far enough away that some tokens are clipped.
    let drawn: Vec<Vec<f32>> = examples
        .iter()
        .map(|example| token_log_probabilities(&frozen, &[example], 1.0).concat())
        .map(|own| own.iter().enumerate().map(|(place, own)| own + [0.4, -0.3, 0.05][place % 3]).collect())
        .collect();
    for aggregation in [Aggregation::TokenMean, Aggregation::SequenceMean, Aggregation::SequenceSum { length: 30 }] {
        let mut settings = settings(aggregation);
        settings.objective.divergence = Some((Divergence::K3, 0.1));
        settings.objective.entropy = 0.01;
        let in_parts = |borders: &[usize]| {
            let mut gathered = Gathered::new();
            let mut loss = 0.0;
            for part in borders.windows(2).map(|borders| borders[0]..borders[1]) {
                let all: Vec<&Example> = examples[part.clone()].iter().collect();
                let (drawn, advantages) = (&drawn[part.clone()], &advantages[part.clone()]);
                let part = Drawn { examples: &all, advantages, drawn: Some(drawn), reference: Some(drawn), totals };
                let watched = policy(&model, part, &settings, learn(Kept::Everything, &mut gathered));
                assert!(watched.clipped > 0.0 && watched.moved > 0.0);
                loss += watched.loss;
            }
            (loss, gathered)
        };
        let (whole, parts) = (in_parts(&[0, 6]), in_parts(&[0, 1, 3, 6]));
        assert!((whole.0 - parts.0).abs() < TOLERANCE, "{aggregation:?}: {} and {}", whole.0, parts.0);
        assert_same(whole.1, parts.1, &format!("{aggregation:?}"));
    }
}

#[test]
fn texts_that_begin_alike_are_learned_as_if_each_were_alone() {
    let examples = alike();
    let all: Vec<&Example> = examples.iter().collect();
    let weights = [1.0, -0.5, 2.0, 0.7, 1.0, -1.5];
    for (name, case, _) in language_cases() {
        let config = Config::from_json(case.config).unwrap();
        let model = drawn(models::checkpoint::language_model(&config, 0, &placement()).unwrap(), &placement());
        // 20 of the first, and of the others 5, 13, none, 11 and none.
        assert_eq!(Rows::of(&model, &all).tokens().dims(), [1, 49]);
        for kept in [Kept::Everything, Kept::BetweenLayers] {
            let learned = |texts: Range<usize>, gathered: &mut Gathered| {
                let (examples, weights) = (&all[texts.clone()], &weights[texts]);
                supervised(&model, Weighted { examples, weights, total: 9.0 }, learn(kept, gathered))
            };
            let (mut together, mut alone) = (Gathered::new(), Gathered::new());
            let whole = learned(0..all.len(), &mut together);
            let parts: f64 = (0..all.len()).map(|text| learned(text..text + 1, &mut alone)).sum();
            assert!((whole - parts).abs() < TOLERANCE * parts.abs(), "{name}: {whole} and {parts}");
            assert_same(together, alone, &format!("{name}, {kept:?} kept"));
        }
    }
}

#[test]
fn texts_that_begin_alike_are_worth_what_each_is_alone() {
    let config = config().with_head(Head::Reward);
    let model: RewardModel = drawn(models::checkpoint::reward_model(&config, 0, &placement()).unwrap(), &placement());
    let examples = alike();
    let all: Vec<&Example> = examples.iter().collect();
    let weighed = |pairs: Range<usize>, gathered: &mut Gathered| {
        let (chosen, rejected) = (&all[pairs.clone()], &all[3..][pairs]);
        rewarded(
            &model,
            Paired { chosen, rejected, total: 3.0 },
            RewardTerms::default(),
            learn(Kept::Everything, gathered),
        )
    };
    let (mut together, mut alone) = (Gathered::new(), Gathered::new());
    let whole = weighed(0..3, &mut together);
    let pairs: Vec<Weighed> = (0..3).map(|pair| weighed(pair..pair + 1, &mut alone)).collect();
    let apart = |ours: &[f32], theirs: fn(&Weighed) -> f32| {
        assert!(ours.iter().zip(&pairs).all(|(ours, pair)| (ours - theirs(pair)).abs() < 1e-5), "{whole:?}, {pairs:?}");
    };
    apart(&whole.chosen, |pair| pair.chosen[0]);
    apart(&whole.rejected, |pair| pair.rejected[0]);
    assert_same(together, alone, "rewards");
}

#[test]
fn steps_that_begin_alike_are_preferred_as_if_each_pair_were_alone() {
    let (model, examples) = (model(), alike());
    let all: Vec<&Example> = examples.iter().collect();
    // Away from the reference, where the weights of the pairs differ; each text known by itself.
    let reference: Vec<f32> = (0..)
        .zip(&all)
        .map(|(text, own)| log_likelihoods(&model.frozen(), &[own])[0] + [0.3, -0.7, 0.1, 0.5][text % 4])
        .collect();
    let objective = PreferenceObjective::Sigmoid { beta: 0.5 };
    let weighed = |pairs: Range<usize>, gathered: &mut Gathered| {
        let part = Paired { chosen: &all[pairs.clone()], rejected: &all[3..][pairs.clone()], total: 3.0 };
        let reference = [&reference[pairs.clone()], &reference[3..][pairs]].concat();
        let compared = Compared { reference: &reference, objective, imitation: 0.3 };
        preferred(&model, part, compared, learn(Kept::Everything, gathered)).loss
    };
    let (mut together, mut alone) = (Gathered::new(), Gathered::new());
    let whole = weighed(0..3, &mut together);
    let pairs: f64 = (0..3).map(|pair| weighed(pair..pair + 1, &mut alone)).sum();
    assert!((whole - pairs).abs() < TOLERANCE * pairs.abs(), "{whole} and {pairs}");
    assert_same(together, alone, "preferences");
}

#[test]
fn a_policy_that_is_its_reference_learns_half_the_difference_of_a_pair() {
    let (model, examples) = (model(), examples());
    let (beta, pairs) = (0.5_f32, 2.0);
    let objective = PreferenceObjective::Sigmoid { beta };
    let both: Vec<&Example> = examples.iter().collect();
    let part = Paired { chosen: &both[..2], rejected: &both[2..], total: pairs };
    let reference = log_likelihoods(&model.frozen(), &both);
    // A share of the mean over a better text's tokens comes to it.
    let counts = [0, 1].map(|text| examples[text].count() as f32);
    let unlikely = -(reference[0] / counts[0] + reference[1] / counts[1]) / 2.0;
    for imitation in [0.0, 0.3] {
        let compared = Compared { reference: &reference, objective, imitation };
        let mut gathered = Gathered::new();
        let told = preferred(&model, part, compared, learn(Kept::Everything, &mut gathered));
        let expected = 2.0_f64.ln() + f64::from(imitation * unlikely);
        assert!((told.loss - expected).abs() < 1e-6, "{} is not {expected}", told.loss);
        assert!(told.chosen.iter().chain(&told.rejected).all(|worth| worth.abs() < 1e-4), "{told:?}");
        // σ(0) of the gradient of β (log π(chosen) - log π(rejected)).
        let weight = 0.5 * beta;
        let better = counts.map(|count| weight + imitation / count);
        assert_same(gathered, of_texts(&model, &[better[0], better[1], -weight, -weight], pairs), "pairs");
        let looked = preferred(&model.frozen(), part, compared, Pass::Look);
        assert!((looked.loss - told.loss).abs() < 1e-6);
    }
}

#[test]
fn a_reward_models_loss_is_that_of_its_rewards() {
    let config = config().with_head(Head::Reward);
    let model: RewardModel = drawn(models::checkpoint::reward_model(&config, 0, &placement()).unwrap(), &placement());
    let examples = examples();
    let both: Vec<&Example> = examples.iter().collect();
    let part = Paired { chosen: &both[..2], rejected: &both[2..], total: 2.0 };
    let terms = RewardTerms { margins: Some(&[0.0, 0.5]), centering: Some(0.1) };
    let mut gathered = Gathered::new();
    let told = rewarded(&model, part, terms, learn(Kept::BetweenLayers, &mut gathered));
    let pair = |chosen: f32, rejected: f32, margin: f64| {
        let (chosen, rejected) = (f64::from(chosen), f64::from(rejected));
        (1.0 + (rejected - chosen + margin).exp()).ln() + 0.1 * (chosen + rejected).powi(2)
    };
    let expected =
        f64::midpoint(pair(told.chosen[0], told.rejected[0], 0.0), pair(told.chosen[1], told.rejected[1], 0.5));
    assert!((told.loss - expected).abs() < 1e-5 * expected, "{} and {expected}", told.loss);
    assert!(gathered.norm() > 0.0);
    let looked = rewarded(&model.frozen(), part, terms, Pass::Look);
    assert_eq!(looked.chosen, told.chosen);
}

#[test]
fn what_is_only_looked_at_has_the_loss_of_what_is_learned() {
    let (model, examples) = (model(), examples());
    let all: Vec<&Example> = examples.iter().collect();
    let part = Weighted { examples: &all, weights: &[1.0, 2.0, 0.5, 1.0], total: 40.0 };
    let mut gathered = Gathered::new();
    let learned = supervised(&model, part, learn(Kept::Everything, &mut gathered));
    assert!((learned - supervised(&model.frozen(), part, Pass::Look)).abs() < 1e-6 * learned);
}
