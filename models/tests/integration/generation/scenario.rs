//! Requests that arrive while others are under way, drawn at random, and what comes of them.

use std::collections::BTreeMap;
use std::ops::Range;

use models::generate::batch::{Answer, Batch, Job, JobError, Limits, Task, Writing};
use models::generate::{Processors, Runner, Sampling, Watch};
use proptest::collection::vec;
use proptest::prelude::*;

/// The token that ends a text.
pub const END: u32 = 0;

/// A job that can be asked for again and again.
#[derive(Debug, Clone)]
pub struct Asked {
    pub prompt: Vec<u32>,
    pub what: What,
    /// The step before which it is submitted.
    pub arrives: usize,
    /// How many steps later it is given up, if it is not over by then.
    pub given_up: Option<usize>,
}

#[derive(Debug, Clone)]
pub enum What {
    Write { samples: Range<u64>, seed: u64, sampling: Sampling, most: usize },
    Score(Vec<u32>),
}

impl Asked {
    pub fn job(&self) -> Job {
        let task = match &self.what {
            What::Score(continuation) => Task::Score(continuation.clone()),
            What::Write { samples, seed, sampling, most } => Task::Write(Writing {
                samples: samples.clone(),
                seed: *seed,
                sampling: sampling.clone(),
                processors: Processors::default(),
                watch: Watch::default(),
                end: vec![END],
                stop: None,
                longest: self.prompt.len() + most,
                log_probabilities: true,
            }),
        };
        Job { prompt: self.prompt.clone(), task }
    }
}

/// Jobs over so many words, in the order in which they arrive. Many begin alike, a few are given up.
pub fn asked(vocabulary: u32) -> impl Strategy<Value = Vec<Asked>> {
    let texts = vec(vec(1..vocabulary, 1..40), 3);
    let job = (
        (0_usize..3, any::<prop::sample::Index>(), vec(1..vocabulary, 0..6)),
        what(vocabulary),
        0_usize..40,
        prop::option::weighted(0.1, 1_usize..20),
    );
    (texts, vec(job, 1..24)).prop_map(|(texts, jobs)| {
        let ask = |((text, cut, tail), what, arrives, given_up): ((usize, prop::sample::Index, Vec<u32>), _, _, _)| {
            let mut prompt = texts[text][..=cut.index(texts[text].len())].to_vec();
            prompt.extend(tail);
            Asked { prompt, what, arrives, given_up }
        };
        let mut asked: Vec<Asked> = jobs.into_iter().map(ask).collect();
        asked.sort_by_key(|asked| asked.arrives);
        asked
    })
}

fn what(vocabulary: u32) -> impl Strategy<Value = What> {
    let write =
        (0_u64..3, 1_u64..6, 0_u64..4, sampling(), 1_usize..24).prop_map(|(first, count, seed, sampling, most)| {
            What::Write { samples: first..first + count, seed, sampling, most }
        });
    prop_oneof![4 => write, 1 => vec(1..vocabulary, 1..12).prop_map(What::Score)]
}

fn sampling() -> impl Strategy<Value = Sampling> {
    (0_usize..3, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(temperature, top_k, top_p, min_p, penalty)| Sampling {
            repetition_penalty: if penalty { 1.3 } else { 1.0 },
            temperature: [0.0, 0.7, 1.5][temperature],
            top_k: top_k.then_some(5),
            top_p: if top_p { 0.8 } else { 1.0 },
            min_p: if min_p { 0.05 } else { 0.0 },
        },
    )
}

pub type Answers = BTreeMap<usize, Result<Answer, JobError>>;

/// Runs all jobs to their ends; gives the answers of those that were not given up, by their places, and the batch.
pub fn together<R: Runner>(runner: R, limits: Limits, asked: &[Asked]) -> (Answers, Batch<R>) {
    let mut batch = Batch::new(runner, limits);
    let (mut answers, mut under_way) = (Answers::new(), BTreeMap::new());
    let mut waiting = asked.iter().peekable();
    for step in 0.. {
        while let Some(asked) = waiting.next_if(|asked| asked.arrives <= step) {
            under_way.insert(batch.submit(asked.job()), asked);
        }
        under_way.retain(|id, asked| {
            let stays = asked.given_up.is_none_or(|after| asked.arrives + after > step);
            if !stays {
                batch.cancel(*id);
            }
            stays
        });
        for (id, answer) in batch.step() {
            under_way.remove(&id).expect("nothing comes of what was given up, and nothing twice");
            answers.insert(id.0 as usize, answer);
        }
        if waiting.peek().is_none() && under_way.is_empty() {
            break;
        }
        assert!(step < 100_000, "no end");
    }
    (answers, batch)
}
