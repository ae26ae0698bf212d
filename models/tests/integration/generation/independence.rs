//! What a request gives does not depend on what else is in the batch: on arrivals, places, pages, or who was pushed out.

use models::generate::batch::{Answer, Batch, Ended, JobId, Limits};
use models::generate::sampling::{Draw, Drawing, Occurred, Sampler};
use models::generate::{Processors, Runner, Written};
use proptest::prelude::*;

use super::scenario::{Answers, Asked, END, What, asked, numbered, together};
use super::toy::{Toy, VOCABULARY, logits};

/// Every answer is the one that the job gets alone, in a batch with room for everything.
pub fn independent<R: Runner>(runner: impl Fn(usize) -> R, limits: Limits, asked: &[Asked]) -> Batch<R> {
    let (answers, batch) = together(runner(limits.pages), limits, asked);
    for (id, answer) in &answers {
        let alone = Asked { arrives: 0, given_up: None, ..numbered(asked)[id.0 as usize].clone() };
        let (expected, _) = together(runner(1000), Limits::new(1000), std::slice::from_ref(&alone));
        assert_eq!(without_usage(answer.as_ref().unwrap()), without_usage(expected[&JobId(0)].as_ref().unwrap()));
    }
    assert_eq!(batch.pages().available(), limits.pages, "every page was given back");
    batch
}

/// What was read before differs, and may.
fn without_usage(answer: &Answer) -> Answer {
    let mut answer = answer.clone();
    match &mut answer {
        Answer::Written(drafts) => drafts.iter_mut().for_each(|draft| draft.usage.cached = 0),
        Answer::Scored(scored) => scored.usage.cached = 0,
    }
    answer
}

/// What a job gives by definition: no pages, no batch.
fn defined(asked: &Asked) -> Vec<(Vec<u32>, Option<Ended>)> {
    let (samples, seed, sampling, most) = match &asked.what {
        What::Write { samples, seed, sampling, most } => (samples, *seed, sampling, *most),
        What::Score(_) => return Vec::new(),
    };
    let write = |sample| {
        let mut tokens = asked.prompt.clone();
        loop {
            let occurred = Occurred::of(&tokens);
            let token = Sampler::default().draw(
                &logits(&tokens).collect::<Vec<_>>(),
                &Drawing {
                    sampling,
                    processors: &Processors::default(),
                    written: Written { tokens: &tokens, prompt: asked.prompt.len() },
                    occurred: Some(&occurred),
                    draw: Draw { seed, sample },
                },
            );
            tokens.push(token.unwrap());
            if tokens.last() == Some(&END) {
                return (tokens.split_off(asked.prompt.len()), Some(Ended::End));
            }
            if tokens.len() - asked.prompt.len() == most {
                return (tokens.split_off(asked.prompt.len()), Some(Ended::Length));
            }
        }
    };
    samples.clone().map(write).collect()
}

fn as_defined(answers: &Answers, asked: &[Asked]) {
    for (id, answer) in answers {
        if let Answer::Written(drafts) = answer.as_ref().unwrap() {
            let ours: Vec<_> = drafts.iter().map(|draft| (draft.tokens.clone(), Some(draft.ended))).collect();
            assert_eq!(ours, defined(numbered(asked)[id.0 as usize]));
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
        let (answers, _) = together(Toy::new(limits.pages, page_tokens), limits, &asked);
        as_defined(&answers, &asked);
        independent(|pages| Toy::new(pages, page_tokens), limits, &asked);
    }
}

#[test]
fn sequences_are_pushed_out_where_pages_are_few() {
    let write = |seed| What::Write { samples: 0..4, seed, sampling: greedy(), most: 24 };
    let ask = |seed: u64| Asked {
        prompt: (1..20).map(|token| (token * (seed as u32 + 1)) % 23 + 1).collect(),
        what: write(seed),
        arrives: 0,
        given_up: None,
    };
    let asked: Vec<Asked> = (0..12).map(ask).collect();
    let limits = Limits { sequences: 64, ..Limits::new(20) };
    let batch = independent(|pages| Toy::new(pages, 4), limits, &asked);
    assert!(batch.counters().preempted > 0, "{:?}", batch.counters());
}

fn greedy() -> models::generate::Sampling {
    models::generate::Sampling { temperature: 0.0, ..Default::default() }
}
