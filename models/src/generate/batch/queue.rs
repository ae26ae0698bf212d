//! The batch as a whole. Owns the order of a step, and how a job begins and ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::open::Open;
use super::sequence::{Age, Sequence};
use super::{Answer, Counters, Job, JobError, Limits, Scored, Task};
use crate::generate::pages::Pages;
use crate::generate::sampling::Sampler;
use crate::generate::{Runner, Usage};

/// The number of a job; later ones have higher numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// A job that is over.
pub type Finished = (JobId, Result<Answer, JobError>);

/// Sequences that go through one runner together.
#[derive(Debug)]
pub struct Batch<R> {
    pub(super) runner: R,
    pub(super) limits: Limits,
    pub(super) pages: Pages,
    pub(super) waiting: BTreeMap<Age, Sequence>,
    /// The longest waiting first.
    pub(super) running: Vec<Sequence>,
    pub(super) open: BTreeMap<JobId, Open>,
    pub(super) logits: Vec<f32>,
    /// One for each thread.
    pub(super) samplers: Vec<Sampler>,
    pub(super) counters: Counters,
    finished: Vec<Finished>,
    next: u64,
}

impl<R: Runner> Batch<R> {
    /// An empty batch. The runner has as many pages as the limits say.
    pub fn new(runner: R, limits: Limits) -> Self {
        let Limits { sequences, tokens, scored, .. } = limits;
        assert!(sequences > 0 && scored > 0 && tokens >= sequences, "a pass has room for a token of each sequence");
        Self {
            pages: Pages::new(limits.pages, runner.page_tokens()),
            runner,
            limits,
            waiting: BTreeMap::new(),
            running: Vec::new(),
            open: BTreeMap::new(),
            logits: Vec::new(),
            samplers: (0..rayon::current_num_threads()).map(|_| Sampler::default()).collect(),
            counters: Counters::default(),
            finished: Vec::new(),
            next: 0,
        }
    }

    /// Takes a job in. Its answer comes out of a later step.
    pub fn submit(&mut self, job: Job) -> JobId {
        let id = JobId(self.next);
        self.next += 1;
        match (job.check(self.runner.vocabulary_size(), self.pages.capacity()), &job.task) {
            (Err(fault), _) => self.finished.push((id, Err(fault))),
            (Ok(()), Task::Write(writing)) if writing.samples.is_empty() => {
                self.finished.push((id, Ok(Answer::Written(Vec::new()))));
            }
            (Ok(()), Task::Score(continuation)) if continuation.is_empty() => {
                let none = Scored { likelihoods: Vec::new(), usage: Usage::default() };
                self.finished.push((id, Ok(Answer::Scored(none))));
            }
            (Ok(()), _) => self.begin(id, job),
        }
        id
    }

    /// Gives a job up. Nothing comes of it any more.
    pub fn cancel(&mut self, id: JobId) {
        let of_job = |age: &Age| age.job == id;
        let running = self.running.extract_if(.., |sequence| of_job(&sequence.age));
        running.for_each(|mut sequence| self.pages.release(&mut sequence.table));
        self.waiting.retain(|age, _| !of_job(age));
        self.finished.retain(|(finished, _)| *finished != id);
        self.open.remove(&id);
    }

    /// Whether there is nothing to do.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty() && self.finished.is_empty()
    }

    /// One forward pass, and what comes of it. Gives the jobs that are over.
    pub fn step(&mut self) -> Vec<Finished> {
        self.make_room();
        self.admit();
        if !self.running.is_empty() {
            self.read();
            self.fork();
            self.advance();
            self.settle();
            // More samples may have been forked than there are places.
            while self.running.len() > self.limits.sequences {
                self.set_youngest_aside();
            }
        }
        std::mem::take(&mut self.finished)
    }

    /// What has been done so far.
    pub fn counters(&self) -> Counters {
        let (running, waiting) = (self.running.len() as u64, self.waiting.len() as u64);
        Counters { running, waiting, ..self.counters }
    }

    /// The pages, to look at.
    pub fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Ends a job without an answer.
    pub(super) fn fail(&mut self, id: JobId, fault: JobError) {
        self.cancel(id);
        self.finished.push((id, Err(fault)));
    }

    fn begin(&mut self, id: JobId, job: Job) {
        let Job { prompt, task } = job;
        let (samples, expected) = match &task {
            Task::Write(writing) => (writing.samples.clone(), writing.samples.end - writing.samples.start),
            Task::Score(_) | Task::Judge => (0..1, 1),
        };
        self.open.insert(id, Open::new(prompt.len(), expected));
        let age = Age { job: id, sample: samples.start };
        let first = Sequence::new(age, Arc::new(task), prompt, samples.start + 1..samples.end);
        self.waiting.insert(age, first);
    }

    /// Takes out the sequences that have ended.
    fn settle(&mut self) {
        let ended: Vec<Sequence> = self.running.extract_if(.., |sequence| sequence.ended.is_some()).collect();
        for mut sequence in ended {
            self.pages.release(&mut sequence.table);
            let id = sequence.age.job;
            // Where it is not open any more, another sample has failed.
            let Some(open) = self.open.get_mut(&id) else { continue };
            match sequence.ended.take() {
                Some(Ok(ended)) => {
                    if let Some(answer) = open.add(sequence, ended) {
                        self.open.remove(&id);
                        self.finished.push((id, Ok(answer)));
                    }
                }
                Some(Err(fault)) => self.fail(id, fault),
                None => {}
            }
        }
    }
}
