//! The paged runner over burn's own operations: the same logits as one pass over the whole text, and transformers'
//! greedy continuations in a ragged batch.

use std::path::Path;

use models::checkpoint::Checkpoint;
use models::config::Config;
use models::decoder::{LanguageModel, NoPast, Positions};
use models::generate::batch::{Answer, Batch, Job, JobId, Limits, Task, Writing};
use models::generate::{ComposedRunner, Page, Piece, Processors, Runner, Sampling, Wanted, Watch};
use models::weights::Dtype;
use proptest::prelude::*;
use serde::Deserialize;

use crate::fixture::{batch, cpu, distance, folder, numbers, read};
use crate::parity::{Case, language_cases};

const PAGE: usize = 4;

/// Every logit of a text, in one pass without pages.
fn whole(model: &LanguageModel, tokens: &[u32]) -> Vec<f32> {
    let row: Vec<i64> = tokens.iter().map(|token| i64::from(*token)).collect();
    let positions = Positions::beginning([row.len()]);
    numbers(model.forward(batch(&[row], &cpu(Dtype::F32).device), &positions, &mut NoPast))
}

fn text(seed: u32, length: usize) -> Vec<u32> {
    (0..length as u32).map(|place| 3 + (seed * 13 + place * (7 + seed) + place * place) % 61).collect()
}

#[test]
fn texts_in_pages_and_in_pieces_give_the_logits_of_whole_texts() {
    for (name, case, model) in language_cases() {
        let config = Config::from_json(case.config).unwrap();
        let texts: Vec<Vec<u32>> = (0..5).map(|seed| text(seed, [19, 3, 12, 30, 7][seed as usize])).collect();
        let mut runner = ComposedRunner::new(model.clone(), &config, 40, PAGE);
        // Pages that are scattered: every fifth is the same text's.
        let pages: Vec<Vec<Page>> = (0..5).map(|own| (0..8).map(|place| Page(place * 5 + own)).collect()).collect();
        let mut ours = vec![Vec::new(); texts.len()];
        let mut logits = Vec::new();
        for cuts in [[0, 0, 0, 0, 0], [5, 1, 12, 11, 3], [6, 3, 12, 12, 4], [19, 3, 12, 30, 7]].windows(2) {
            let parts = (0..texts.len()).filter(|index| cuts[0][*index] < cuts[1][*index]);
            let parts: Vec<usize> = parts.collect();
            let piece = |index: &usize| Piece {
                tokens: &texts[*index][cuts[0][*index]..cuts[1][*index]],
                start: cuts[0][*index],
                pages: &pages[*index],
                wanted: Wanted::Every,
            };
            runner.forward(&parts.iter().map(piece).collect::<Vec<_>>(), &mut logits);
            let mut rest = logits.as_slice();
            for index in parts {
                let (own, others) = rest.split_at((cuts[1][index] - cuts[0][index]) * config.vocabulary_size);
                ours[index].extend_from_slice(own);
                rest = others;
            }
        }
        for (ours, text) in ours.iter().zip(&texts) {
            let apart = distance(ours, &whole(&model, text));
            assert!(apart < 1e-5, "{name}: {apart:e}");
        }
    }
}

#[test]
fn only_wanted_logits_are_given_in_the_order_of_the_pieces() {
    let (_, case, model) = language_cases().swap_remove(0);
    let config = Config::from_json(case.config).unwrap();
    let mut runner = ComposedRunner::new(model.clone(), &config, 8, PAGE);
    let texts = [text(1, 4), text(2, 1), text(3, 4), text(4, 2)];
    let wanted = [Wanted::Last, Wanted::Every, Wanted::Nothing, Wanted::Every];
    let pages: Vec<[Page; 1]> = (0..4).map(|page| [Page(page)]).collect();
    let pieces =
        (0..4).map(|index| Piece { tokens: &texts[index], start: 0, pages: &pages[index], wanted: wanted[index] });
    let mut logits = vec![1.0; 3];
    runner.forward(&pieces.collect::<Vec<_>>(), &mut logits);
    let width = config.vocabulary_size;
    let last = |text: &[u32], count: usize| whole(&model, text)[(text.len() - count) * width..].to_vec();
    let expected = [last(&texts[0], 1), last(&texts[1], 1), last(&texts[3], 2)].concat();
    assert!(distance(&logits, &expected) < 1e-5);
}

fn greedy(prompt: &[u32], count: usize) -> Job {
    let writing = Writing {
        watch: Watch::default(),
        samples: 0..1,
        seed: 0,
        sampling: Sampling { temperature: 0.0, ..Sampling::default() },
        processors: Processors::default(),
        end: Vec::new(),
        stop: None,
        longest: prompt.len() + count,
        log_probabilities: false,
    };
    Job { prompt: prompt.to_vec(), task: Task::Write(writing) }
}

/// Runs jobs that arrive one a step; gives what was written for each.
fn write(mut batch: Batch<ComposedRunner>, jobs: Vec<Job>) -> Vec<Vec<u32>> {
    let mut written = vec![Vec::new(); jobs.len()];
    let mut take = |finished: Vec<_>| {
        for (JobId(id), answer) in finished {
            let Ok(Answer::Written(mut drafts)) = answer else { panic!("{answer:?}") };
            written[id as usize] = drafts.remove(0).tokens;
        }
    };
    for job in jobs {
        batch.submit(job);
        take(batch.step());
    }
    while !batch.is_idle() {
        take(batch.step());
    }
    written
}

#[test]
fn greedy_continuations_among_twenty_others_are_the_references() {
    for (name, Case { config, rows, continued, .. }, model) in language_cases() {
        let config = Config::from_json(config).unwrap();
        let continued = continued.unwrap();
        let unsigned = |row: &Vec<i64>| row.iter().map(|token| *token as u32).collect::<Vec<_>>();
        let mut jobs: Vec<Job> = (0..20).map(|seed| greedy(&text(seed, 1 + 3 * seed as usize), 40)).collect();
        // Room for about half of them, so that some are pushed out and read again.
        let limits = Limits { sequences: 12, tokens: 48, ..Limits::new(160) };
        for (place, row) in [4, 11].into_iter().zip(&rows) {
            jobs.insert(place, greedy(&unsigned(row), continued[0].len()));
        }
        let runner = ComposedRunner::new(model, &config, limits.pages, PAGE);
        let written = write(Batch::new(runner, limits), jobs);
        assert_eq!(written[4], unsigned(&continued[0]), "{name}");
        assert_eq!(written[11], unsigned(&continued[1]), "{name}");
    }
}

#[derive(Deserialize)]
struct Expected {
    row: Vec<u32>,
    output: Vec<Vec<f32>>,
}

fn checkpoint(path: &Path, dtype: Dtype) -> (Config, LanguageModel) {
    let checkpoint = Checkpoint::open(path).unwrap();
    (checkpoint.config().clone(), checkpoint.language_model(&cpu(dtype)).unwrap())
}

#[test]
fn checkpoints_are_run_in_the_precision_of_their_weights() {
    for (name, dtype, tolerance) in
        [("qwen2-tied-f32", Dtype::F32, 1e-5), ("qwen2-bf16-shards", Dtype::Bf16, 0.1), ("qwen3-f16", Dtype::F16, 0.02)]
    {
        let path = folder("fixtures/checkpoints").join(name);
        let expected: Expected = read(&path.join("expected.json"));
        let (config, model) = checkpoint(&path, dtype);
        let mut runner = ComposedRunner::new(model, &config, 3, PAGE);
        let mut logits = Vec::new();
        let pages = [Page(2), Page(0), Page(1)];
        let piece = Piece { tokens: &expected.row, start: 0, pages: &pages, wanted: Wanted::Every };
        runner.forward(&[piece], &mut logits);
        let apart = distance(&logits, &expected.output.concat());
        assert!(apart < tolerance, "{name}: {apart:e}");
    }
}

/// How far logits may be apart: a batch of another size is summed up in another order.
const TOLERANCE: f32 = 1e-5;

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scores_do_not_depend_on_the_batch(
        lengths in prop::collection::vec((1_usize..30, 1_usize..20), 1..12),
        sequences in 1_usize..6,
    ) {
        let (_, case, model) = language_cases().swap_remove(0);
        let config = Config::from_json(case.config).unwrap();
        let limits = Limits { sequences, tokens: 24, scored: 9, ..Limits::new(40) };
        let runner = ComposedRunner::new(model.clone(), &config, limits.pages, PAGE);
        let mut batch = Batch::new(runner, limits);
        let texts: Vec<(Vec<u32>, usize)> =
            lengths.iter().map(|(prompt, own)| (text(3, prompt + own), *prompt)).collect();
        for (text, prompt) in &texts {
            let (prompt, own) = text.split_at(*prompt);
            batch.submit(Job { prompt: prompt.to_vec(), task: Task::Score(own.to_vec()) });
        }
        while !batch.is_idle() {
            for (JobId(id), answer) in batch.step() {
                let (text, prompt) = &texts[id as usize];
                let Ok(Answer::Scored(scored)) = answer else { panic!("{answer:?}") };
                let logits = whole(&model, text);
                let rows = logits.chunks_exact(config.vocabulary_size).skip(prompt - 1);
                for ((likelihood, row), token) in scored.likelihoods.iter().zip(rows).zip(&text[*prompt..]) {
                    let total: f64 = row.iter().map(|logit| f64::from(*logit).exp()).sum();
                    let expected = f64::from(row[*token as usize]) - total.ln();
                    let entropy: f64 = row.iter().map(|logit| f64::from(*logit) - total.ln()).map(|log| -log * log.exp()).sum();
                    prop_assert!((likelihood.log_probability - expected as f32).abs() < 3.0 * TOLERANCE);
                    prop_assert!((likelihood.entropy - entropy as f32).abs() < 3.0 * TOLERANCE);
                }
                prop_assert_eq!(scored.likelihoods.len(), text.len() - prompt);
            }
        }
    }
}
