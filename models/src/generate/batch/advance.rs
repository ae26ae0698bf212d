//! What comes of logits. Owns the next token of each sequence, and whether it is the last.

use std::sync::Arc;

use rayon::prelude::*;

use super::queue::Batch;
use super::sequence::Sequence;
use super::{Ended, JobError, Task, Writing};
use crate::generate::sampling::{Draw, Drawing, Likelihood, NoToken, Sampler};
use crate::generate::{Runner, StopTexts, Wanted, Written};

/// How many logits are worth waking another thread for.
const SHARE: usize = 1 << 16;

impl<R: Runner> Batch<R> {
    /// Forks the samples of prompts that have just been read. All draw from the same logits.
    pub(super) fn fork(&mut self) {
        let mut forked = Vec::new();
        for sequence in self.running.iter_mut().filter(|sequence| !sequence.given.is_empty()) {
            for sample in std::mem::take(&mut sequence.forks) {
                forked.push(sequence.fork(sample, self.pages.fork(&sequence.table, sequence.read)));
            }
        }
        if !forked.is_empty() {
            self.running.append(&mut forked);
            self.running.sort_unstable_by_key(|sequence| sequence.age);
        }
    }

    /// Gives every sequence with logits its next token or its scores.
    pub(super) fn advance(&mut self) {
        let width = self.runner.outputs();
        let (logits, samplers) = (&self.logits, &mut self.samplers);
        let mut ready: Vec<&mut Sequence> =
            self.running.iter_mut().filter(|sequence| !sequence.given.is_empty()).collect();
        let written = ready.iter().filter(|sequence| matches!(&*sequence.task, Task::Write(_))).count();
        self.counters.written += written as u64;
        let each = ready.len().div_ceil(samplers.len()).max(SHARE / width).max(1);
        let advance = |sequences: &mut [&mut Sequence], sampler: &mut Sampler| {
            for sequence in sequences {
                let own = &logits[sequence.given.clone()];
                sequence.advance(own, width, sampler);
            }
        };
        if ready.len() <= each {
            advance(&mut ready, &mut samplers[0]);
        } else {
            ready.par_chunks_mut(each).zip(samplers).for_each(|(sequences, sampler)| advance(sequences, sampler));
        }
    }
}

impl Sequence {
    fn advance(&mut self, logits: &[f32], width: usize, sampler: &mut Sampler) {
        let task = Arc::clone(&self.task);
        match &*task {
            Task::Write(writing) => match self.write(writing, logits, sampler) {
                Ok(ended) => self.ended = ended.map(Ok),
                Err(fault) => self.ended = Some(Err(fault)),
            },
            Task::Score(_) => self.score(logits, width, sampler),
            Task::Judge => self.judge(logits[0]),
        }
    }

    /// Draws a token; says whether and why it is the last.
    fn write(&mut self, writing: &Writing, logits: &[f32], sampler: &mut Sampler) -> Result<Option<Ended>, JobError> {
        let drawing = Drawing {
            sampling: &writing.sampling,
            processors: &writing.processors,
            written: Written { tokens: &self.tokens, prompt: self.prompt },
            occurred: self.occurred.as_ref(),
            draw: Draw { seed: writing.seed, sample: self.age.sample },
        };
        let token = match self.taken.1 {
            Wanted::Likeliest if logits[0].is_nan() => return Err(NoToken::NotNumbers(self.tokens.len()).into()),
            Wanted::Likeliest => logits[0] as u32,
            _ => sampler.draw(logits, &drawing)?,
        };
        if writing.log_probabilities {
            self.log_probabilities.push(sampler.log_probability(logits, token));
        }
        if let Some(occurred) = &mut self.occurred {
            occurred.add(token);
        }
        self.tokens.push(token);
        writing.watch.drawn(self.age.sample, token);
        if writing.end.contains(&token) {
            return Ok(Some(Ended::End));
        }
        let stops = |stop: &StopTexts| stop.is_complete(&self.tokens[self.prompt..]);
        let stopped = writing.stop.as_ref().map_or(Ok(false), stops);
        if stopped.map_err(|fault| JobError::Decode(fault.to_string()))? {
            return Ok(Some(Ended::Stop));
        }
        Ok((self.tokens.len() >= writing.longest).then_some(Ended::Length))
    }

    /// Scores the tokens that come after those which were just read.
    fn score(&mut self, logits: &[f32], width: usize, sampler: &mut Sampler) {
        if let Wanted::Likelihoods { .. } = self.taken.1 {
            let (told, _) = logits.as_chunks();
            let likelihood = |[log_probability, entropy]: [f32; 2]| Likelihood { log_probability, entropy };
            self.likelihoods.extend(told.iter().copied().map(likelihood));
        } else {
            let following = &self.tokens[self.read + 1 - self.taken.0..];
            for (logits, token) in logits.chunks_exact(width).zip(following) {
                self.likelihoods.push(sampler.likelihood(logits, *token));
            }
        }
        if self.unread() == 0 {
            self.ended = Some(Ok(Ended::Length));
        }
    }

    fn judge(&mut self, score: f32) {
        self.judged = Some(score);
        self.ended = Some(if score.is_nan() { Err(JobError::NoNumber(self.tokens.len())) } else { Ok(Ended::Length) });
    }
}
