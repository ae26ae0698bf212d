//! Draws, held against transformers' logits processors: which tokens remain, and how likely each is.

use models::generate::sampling::{Draw, Drawing, NoToken, Occurred, Sampler};
use models::generate::{LogitsProcessor, Processors, Sampling, Written};
use proptest::prelude::*;
use serde::Deserialize;
use std::sync::Arc;

use crate::fixture::{cases, distance};

#[derive(Deserialize)]
struct Case {
    sampling: Given,
    tokens: Vec<u32>,
    logits: Vec<f32>,
    remaining: Vec<usize>,
    probabilities: Vec<f32>,
    log_probabilities: Vec<f32>,
    entropy: f32,
}

#[derive(Deserialize)]
struct Given {
    repetition_penalty: Option<f32>,
    temperature: Option<f32>,
    top_k: Option<usize>,
    top_p: Option<f32>,
    min_p: Option<f32>,
}

impl Given {
    fn sampling(&self) -> Sampling {
        Sampling {
            repetition_penalty: self.repetition_penalty.unwrap_or(1.0),
            temperature: self.temperature.unwrap_or(1.0),
            top_k: self.top_k,
            top_p: self.top_p.unwrap_or(1.0),
            min_p: self.min_p.unwrap_or(0.0),
        }
    }
}

const NO_PROCESSORS: &Processors = &Processors(Vec::new());

fn drawing<'a>(sampling: &'a Sampling, tokens: &'a [u32], sample: u64) -> Drawing<'a> {
    Drawing {
        sampling,
        processors: NO_PROCESSORS,
        written: Written { tokens, prompt: 0 },
        occurred: None,
        draw: Draw { seed: 5, sample },
    }
}

#[test]
fn what_remains_is_what_remains_in_the_reference() {
    let mut sampler = Sampler::default();
    for (name, mut case) in cases::<Case>("cases/sampling") {
        let (sampling, occurred) = (case.sampling.sampling(), Occurred::of(&case.tokens));
        let drawing = Drawing { occurred: Some(&occurred), ..drawing(&sampling, &case.tokens, 0) };
        let probabilities = sampler.distribution(&case.logits, &drawing).unwrap();
        let remaining = || probabilities.iter().enumerate().filter(|(_, probability)| **probability > 0.0);
        let tokens: Vec<usize> = remaining().map(|(token, _)| token).collect();
        let mut ours: Vec<f32> = remaining().map(|(_, probability)| *probability as f32).collect();
        if name.contains("equals") && sampling.top_p < 1.0 {
            // Which of equals remain is up to an unstable sort there: how many, and how likely, is not.
            ours.sort_by(f32::total_cmp);
            case.probabilities.sort_by(f32::total_cmp);
            assert_eq!(tokens.len(), case.remaining.len(), "{name}");
        } else {
            assert_eq!(tokens, case.remaining, "{name}");
        }
        let apart = ours.iter().zip(&case.probabilities).map(|(ours, theirs)| (ours - theirs).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-6, "{name}: {ours:?}");
        for sample in 0..50 {
            let drawn = sampler.draw(&case.logits, &Drawing { draw: Draw { seed: 5, sample }, ..drawing }).unwrap();
            assert!(tokens.contains(&(drawn as usize)), "{name}: {drawn}");
        }
    }
}

#[test]
fn likelihoods_are_the_references() {
    let mut sampler = Sampler::default();
    for (name, case) in cases::<Case>("cases/sampling") {
        let tokens = 0..case.logits.len() as u32;
        let scored: Vec<_> = tokens.clone().map(|token| sampler.likelihood(&case.logits, token)).collect();
        let ours: Vec<f32> = scored.iter().map(|likelihood| likelihood.log_probability).collect();
        assert!(distance(&ours, &case.log_probabilities) < 1e-6, "{name}");
        assert!(scored.iter().all(|own| (own.entropy - case.entropy).abs() < 1e-6), "{name}");
        assert_eq!(tokens.map(|token| sampler.log_probability(&case.logits, token)).collect::<Vec<_>>(), ours);
    }
}

#[test]
fn tokens_are_drawn_as_often_as_they_are_likely() {
    const DRAWS: u64 = 100_000;
    let mut sampler = Sampler::default();
    let sampling = Sampling { top_k: Some(20), temperature: 0.9, ..Sampling::default() };
    let logits: Vec<f32> = (0..1000).map(|token| ((token * 37 % 101) as f32).sqrt()).collect();
    let expected = sampler.distribution(&logits, &drawing(&sampling, &[], 0)).unwrap();
    let mut counts = vec![0_u32; logits.len()];
    for sample in 0..DRAWS {
        counts[sampler.draw(&logits, &drawing(&sampling, &[], sample)).unwrap() as usize] += 1;
    }
    for (token, (count, probability)) in counts.iter().zip(expected).enumerate() {
        let (mean, deviation) = (probability * DRAWS as f64, (probability * (1.0 - probability) * DRAWS as f64).sqrt());
        assert!((f64::from(*count) - mean).abs() <= 5.0 * deviation, "{token}: {count} instead of {mean}");
    }
}

#[test]
fn a_draw_depends_on_its_key_alone() {
    let draw = |seed, sample, place| Draw { seed, sample }.uniform(place);
    // Kept by every version: other numbers would be other texts.
    assert_eq!([draw(0, 0, 0), draw(7, 3, 100)], [0.8369197568826472, 0.1386884343027186]);
    let mut all: Vec<f64> = Vec::new();
    for seed in 0..4 {
        for sample in 0..4 {
            all.extend((0..4).map(|place| draw(seed, sample, place)));
        }
    }
    assert!(all.iter().all(|number| (0.0..1.0).contains(number)));
    all.sort_by(f64::total_cmp);
    all.dedup();
    assert_eq!(all.len(), 64);
}

/// The filters as one would write them down: everything sorted.
fn sorted(logits: &[f32], sampling: &Sampling) -> Vec<usize> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b)));
    if let Some(count) = sampling.top_k {
        let floor = logits[order[count.min(order.len()) - 1]];
        order.retain(|token| logits[*token] >= floor);
    }
    let highest = f64::from(logits[order[0]]);
    let weight = |token: &usize| (f64::from(logits[*token]) - highest).exp();
    let total: f64 = order.iter().map(weight).sum();
    let mut before = 0.0;
    order.retain(|token| {
        let needed = before < f64::from(sampling.top_p) * total;
        before += weight(token);
        needed || sampling.top_p >= 1.0
    });
    order.retain(|token| weight(token) >= f64::from(sampling.min_p));
    order.sort_unstable();
    order
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_sorted_and_yet_the_same_remains(
        words in prop::collection::vec(0_u32..200, 1..3000),
        spread in 0.01_f32..0.3,
        top_k in prop::option::of(1_usize..400),
        top_p in prop_oneof![Just(1.0_f32), 0.05_f32..0.99],
        min_p in prop_oneof![Just(0.0_f32), 0.001_f32..0.5],
    ) {
        let logits: Vec<f32> = words.iter().map(|word| *word as f32 * spread).collect();
        let sampling = Sampling { top_k, top_p, min_p, ..Sampling::default() };
        let probabilities = Sampler::default().distribution(&logits, &drawing(&sampling, &[], 0)).unwrap();
        let ours: Vec<usize> = (0..logits.len()).filter(|token| probabilities[*token] > 0.0).collect();
        let theirs = sorted(&logits, &sampling);
        // Where shares are equal to the last digit, rounding may keep one more or less.
        let apart = ours.iter().filter(|token| !theirs.contains(token)).count()
            + theirs.iter().filter(|token| !ours.contains(token)).count();
        prop_assert!(apart <= 1, "{ours:?} instead of {theirs:?}");
    }
}

#[test]
fn the_first_of_equals_is_taken_where_nothing_is_drawn() {
    let greedy = Sampling { temperature: 0.0, ..Sampling::default() };
    let drawn = Sampler::default().draw(&[0.5, 2.0, 1.0, 2.0], &drawing(&greedy, &[], 0));
    assert_eq!(drawn, Ok(1));
}

#[derive(Debug)]
struct Only(u32);

impl LogitsProcessor for Only {
    fn process(&self, written: Written<'_>, logits: &mut [f32]) {
        assert_eq!((written.tokens, written.prompt), (&[4, 5, 6][..], 0));
        let kept = logits[self.0 as usize];
        logits.fill(f32::NEG_INFINITY);
        logits[self.0 as usize] = kept;
    }
}

#[test]
fn processors_change_what_is_drawn() {
    let processors = Processors(vec![Arc::new(Only(2))]);
    for temperature in [0.0, 1.0] {
        let sampling = Sampling { temperature, ..Sampling::default() };
        let drawing = Drawing { processors: &processors, ..drawing(&sampling, &[4, 5, 6], 0) };
        assert_eq!(Sampler::default().draw(&[9.0, 8.0, -7.0, 6.0], &drawing), Ok(2));
    }
}

#[test]
fn logits_that_are_no_numbers_and_tokens_that_are_all_forbidden_are_faults() {
    for temperature in [0.0, 1.0] {
        let sampling = Sampling { temperature, ..Sampling::default() };
        let draw = |logits: &[f32]| Sampler::default().draw(logits, &drawing(&sampling, &[1, 2], 0));
        assert_eq!(draw(&[0.0, f32::NAN]), Err(NoToken::NotNumbers(2)));
        assert_eq!(draw(&[f32::NEG_INFINITY; 3]), Err(NoToken::Forbidden(2)));
        assert_eq!(draw(&[f32::NEG_INFINITY, -80.0]), Ok(1));
    }
}
