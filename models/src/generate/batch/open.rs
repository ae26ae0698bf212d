//! A job that is under way. Owns what of its answer is there.

use std::collections::BTreeMap;

use super::sequence::Sequence;
use super::{Answer, Draft, Ended, Judged, Scored, Task};
use crate::generate::Usage;

/// A job that is under way.
#[derive(Debug)]
pub(super) struct Open {
    /// The samples that have ended.
    drafts: BTreeMap<u64, Draft>,
    /// How many there are to be.
    expected: u64,
    /// What reading the prompt took; how much of it had been read before is known when it is let in.
    reading: Usage,
    let_in: bool,
}

impl Open {
    pub(super) fn new(prompt: usize, expected: u64) -> Self {
        let reading = Usage { prompt: prompt as u64, ..Usage::default() };
        Self { drafts: BTreeMap::new(), expected, reading, let_in: false }
    }

    /// Notes how many tokens had been read before, when the first of its sequences is let in for the first time.
    pub(super) fn let_in(&mut self, cached: usize) {
        if !self.let_in {
            self.let_in = true;
            self.reading.cached = cached as u64;
        }
    }

    /// Adds a sequence that has ended; gives the answer with the last of them.
    pub(super) fn add(&mut self, sequence: Sequence, ended: Ended) -> Option<Answer> {
        let usage = self.reading;
        let writing = match &*sequence.task {
            Task::Write(writing) => writing,
            Task::Score(_) => return Some(Answer::Scored(Scored { likelihoods: sequence.likelihoods, usage })),
            Task::Judge => return sequence.judged.map(|score| Answer::Judged(Judged { score, usage })),
        };
        let tokens = sequence.tokens[sequence.prompt..].to_vec();
        let reading = if sequence.age.sample == writing.samples.start { self.reading } else { Usage::default() };
        let usage = Usage { completion: tokens.len() as u64, ..reading };
        let log_probabilities = writing.log_probabilities.then_some(sequence.log_probabilities);
        let draft = Draft { tokens, log_probabilities, ended, usage };
        self.drafts.insert(sequence.age.sample, draft);
        let all = self.drafts.len() as u64 == self.expected;
        all.then(|| Answer::Written(std::mem::take(&mut self.drafts).into_values().collect()))
    }
}
