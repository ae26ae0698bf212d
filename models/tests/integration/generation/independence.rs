//! What a request gives does not depend on what else is in the batch: on arrivals, places, pages, or who was pushed out.

use models::checkpoint::Checkpoint;
use models::fused::FusedRunner;
use models::generate::batch::{Answer, Batch, Ended, Limits};
use models::generate::sampling::{Draw, Drawing, Occurred, Sampler};
use models::generate::{Processors, Runner, Sampling, Written};
use models::weights::Dtype;
use proptest::prelude::*;

use super::scenario::{Answers, Asked, END, What, asked, together};
use super::toy::{Toy, VOCABULARY, logits};
use crate::fixture::{cpu, folder};

/// The words of the small model.
const WORDS: u32 = 48;

/// Every answer is the one that the job gets alone, in a batch with room for everything. Any runner that sums up in one
/// order, whatever else is in a pass, can be held to this: `runner` makes one with so many pages.
pub fn independent<R: Runner>(runner: impl Fn(usize) -> R, limits: Limits, asked: &[Asked]) -> (Answers, Batch<R>) {
    let (answers, batch) = together(runner(limits.pages), limits, asked);
    for (place, answer) in &answers {
        let alone = Asked { arrives: 0, given_up: None, ..asked[*place].clone() };
        let (expected, _) = together(runner(1000), Limits::new(1000), &[alone]);
        assert_eq!(without_usage(answer.as_ref().unwrap()), without_usage(expected[&0].as_ref().unwrap()));
    }
    assert_eq!(batch.pages().available(), limits.pages, "every page was given back");
    (answers, batch)
}

/// What was read before differs, and may.
fn without_usage(answer: &Answer) -> Answer {
    let mut answer = answer.clone();
    match &mut answer {
        Answer::Written(drafts) => drafts.iter_mut().for_each(|draft| draft.usage.cached = 0),
        Answer::Scored(scored) => scored.usage.cached = 0,
        Answer::Judged(judged) => judged.usage.cached = 0,
    }
    answer
}

/// What a job gives by definition: no pages, no batch.
fn defined(prompt: &[u32], seed: u64, sample: u64, sampling: &Sampling, most: usize) -> (Vec<u32>, Ended) {
    let mut tokens = prompt.to_vec();
    let ended = loop {
        let occurred = Occurred::of(&tokens);
        let drawing = Drawing {
            sampling,
            processors: &Processors::default(),
            written: Written { tokens: &tokens, prompt: prompt.len() },
            occurred: Some(&occurred),
            draw: Draw { seed, sample },
        };
        let logits: Vec<f32> = logits(&tokens).collect();
        let token = Sampler::default().draw(&logits, &drawing).unwrap();
        tokens.push(token);
        if token == END {
            break Ended::End;
        }
        if tokens.len() == prompt.len() + most {
            break Ended::Length;
        }
    };
    (tokens.split_off(prompt.len()), ended)
}

fn as_defined(answers: &Answers, asked: &[Asked]) {
    for (place, answer) in answers {
        let Asked { prompt, what, .. } = &asked[*place];
        if let (Ok(Answer::Written(drafts)), What::Write { samples, seed, sampling, most }) = (answer, what) {
            for (draft, sample) in drafts.iter().zip(samples.clone()) {
                let expected = defined(prompt, *seed, sample, sampling, *most);
                assert_eq!((draft.tokens.clone(), draft.ended), expected);
            }
            assert_eq!(drafts.len() as u64, samples.end - samples.start);
        }
    }
}

/// Few enough pages for sequences to be pushed out, and enough for the longest alone: 45 of the prompt, 24 after it.
fn limits() -> impl Strategy<Value = (usize, Limits)> {
    (1_usize..9, 0_usize..40, 1_usize..12, 0_usize..40, 1_usize..9).prop_map(
        |(page_tokens, spare, sequences, tokens, scored)| {
            let pages = 70_usize.div_ceil(page_tokens) + spare;
            (page_tokens, Limits { pages, sequences, tokens: sequences + tokens, scored })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_does_not_depend_on_the_batch(
        (page_tokens, limits) in limits(),
        asked in asked(VOCABULARY as u32),
    ) {
        let (answers, _) = independent(|pages| Toy::new(pages, page_tokens), limits, &asked);
        as_defined(&answers, &asked);
    }
}

/// A real model on the processor: texts and log-probabilities to the bit.
fn fused(pages: usize) -> FusedRunner {
    let checkpoint = Checkpoint::open(&folder("fixtures/checkpoints/qwen2-tied-f32")).unwrap();
    FusedRunner::new(checkpoint.language_model(&cpu(Dtype::F32)).unwrap(), checkpoint.config(), pages)
}

/// Pages for the longest alone, and few more.
fn few_pages() -> impl Strategy<Value = Limits> {
    (0_usize..8, 1_usize..12, 0_usize..40, 1_usize..9).prop_map(|(spare, sequences, tokens, scored)| {
        let pages = 70_usize.div_ceil(FusedRunner::PAGE_TOKENS) + spare;
        Limits { pages, sequences, tokens: sequences + tokens, scored }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_of_a_model_does_not_depend_on_the_batch(limits in few_pages(), asked in asked(WORDS)) {
        independent(fused, limits, &asked);
    }
}

#[test]
fn a_model_goes_on_where_it_was_pushed_out() {
    let what = |seed| What::Write { samples: 0..3, seed, sampling: Sampling::default(), most: 24 };
    let prompt = |seed: u64| (1..30).map(|token| (token * (seed as u32 + 1)) % WORDS).collect();
    let ask = |seed| Asked { prompt: prompt(seed), what: what(seed), arrives: 0, given_up: None };
    let asked: Vec<Asked> = (0..8).map(ask).collect();
    let (_, batch) = independent(fused, Limits { sequences: 32, ..Limits::new(6) }, &asked);
    assert!(batch.counters().preempted > 0, "{:?}", batch.counters());
}

#[test]
fn sequences_are_pushed_out_where_pages_are_few() {
    let write = |seed| What::Write { samples: 0..4, seed, sampling: Sampling::default(), most: 24 };
    let ask = |seed: u64| Asked {
        prompt: (1..20).map(|token| (token * (seed as u32 + 1)) % 23 + 1).collect(),
        what: write(seed),
        arrives: 0,
        given_up: None,
    };
    let asked: Vec<Asked> = (0..12).map(ask).collect();
    let limits = Limits { sequences: 64, ..Limits::new(20) };
    let (_, batch) = independent(|pages| Toy::new(pages, 4), limits, &asked);
    assert!(batch.counters().preempted > 0, "{:?}", batch.counters());
}
