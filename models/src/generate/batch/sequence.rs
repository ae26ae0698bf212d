//! One sequence. Owns how far it has been read, and what it needs of the next pass.

use std::ops::Range;
use std::sync::Arc;

use super::{Ended, JobError, JobId, Task};
use crate::generate::pages::Table;
use crate::generate::sampling::{Likelihood, Occurred};
use crate::generate::{Piece, Wanted};

/// Who has waited longer: whose job came before, and of a job's samples the one with the lower number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Age {
    pub(super) job: JobId,
    pub(super) sample: u64,
}

/// A sequence, whether it waits or runs. While it waits it has no pages.
#[derive(Debug)]
pub(super) struct Sequence {
    pub(super) age: Age,
    pub(super) task: Arc<Task>,
    pub(super) tokens: Vec<u32>,
    /// How many of the tokens are the prompt's.
    pub(super) prompt: usize,
    /// How many of the tokens have been read.
    pub(super) read: usize,
    pub(super) table: Table,
    /// Samples that go on from this one's prompt as soon as it has been read.
    pub(super) forks: Range<u64>,
    /// Who is reading what this sequence begins with, and how much of it.
    pub(super) awaits: Option<(Age, usize)>,
    /// What has occurred, where there is a penalty for it.
    pub(super) occurred: Option<Occurred>,
    pub(super) log_probabilities: Vec<f32>,
    pub(super) likelihoods: Vec<Likelihood>,
    pub(super) judged: Option<f32>,
    /// How many tokens it reads in this pass, and whose logits it wants.
    pub(super) taken: (usize, Wanted),
    /// What is its own of this pass's logits.
    pub(super) given: Range<usize>,
    pub(super) ended: Option<Result<Ended, JobError>>,
}

impl Sequence {
    /// A sequence that has yet to be read.
    pub(super) fn new(age: Age, task: Arc<Task>, mut tokens: Vec<u32>, forks: Range<u64>) -> Self {
        let prompt = tokens.len();
        let mut occurred = None;
        match &*task {
            Task::Write(writing) if writing.sampling.repetition_penalty == 1.0 => {}
            Task::Judge => {}
            Task::Write(_) => occurred = Some(Occurred::of(&tokens)),
            Task::Score(continuation) => tokens.extend_from_slice(continuation),
        }
        Self {
            age,
            task,
            tokens,
            prompt,
            read: 0,
            table: Table::default(),
            forks,
            awaits: None,
            occurred,
            log_probabilities: Vec::new(),
            likelihoods: Vec::new(),
            judged: None,
            taken: (0, Wanted::Nothing),
            given: 0..0,
            ended: None,
        }
    }

    /// Another sample of the same prompt, which has just been read, with pages of its own.
    pub(super) fn fork(&self, sample: u64, table: Table) -> Self {
        let (age, tokens) = (Age { sample, ..self.age }, self.tokens.clone());
        let own = Self::new(age, Arc::clone(&self.task), tokens, 0..0);
        Self { read: self.read, table, taken: self.taken, given: self.given.clone(), ..own }
    }

    /// How many tokens have to be read: of a text that is scored all but the last, which nothing follows.
    pub(super) fn goal(&self) -> usize {
        match &*self.task {
            Task::Write(_) | Task::Judge => self.tokens.len(),
            Task::Score(_) => self.tokens.len() - 1,
        }
    }

    /// How many of them are left.
    pub(super) fn unread(&self) -> usize {
        self.goal() - self.read
    }

    /// The tokens that need not be read where another has read them: those before the first whose logits are wanted.
    pub(super) fn shareable(&self) -> &[u32] {
        let first = if let Task::Score(_) = &*self.task { self.prompt } else { self.tokens.len() };
        &self.tokens[..first - 1]
    }

    /// How many of so many tokens, with so many rows of logits, it reads next, and which logits it wants.
    pub(super) fn next_piece(&self, tokens: usize, rows: usize) -> (usize, Wanted) {
        let unscored = (self.prompt - 1).saturating_sub(self.read);
        match &*self.task {
            Task::Write(_) | Task::Judge if tokens < self.unread() => (tokens, Wanted::Nothing),
            Task::Write(_) | Task::Judge => (self.unread(), Wanted::Last),
            Task::Score(_) if unscored > 0 => (unscored.min(tokens), Wanted::Nothing),
            Task::Score(_) => (self.unread().min(tokens).min(rows), Wanted::Every),
        }
    }

    /// What it wants of so many tokens where the runner can tell what becomes of logits.
    pub(super) fn condensed(&self, count: usize, wanted: Wanted) -> Wanted {
        match (&*self.task, wanted) {
            (Task::Write(writing), Wanted::Last) if writing.is_plain() => Wanted::Likeliest,
            (Task::Score(_), Wanted::Every) => Wanted::Likelihoods { next: self.tokens[self.read + count] },
            _ => wanted,
        }
    }

    /// What it reads in this pass.
    pub(super) fn piece(&self) -> Option<Piece<'_>> {
        let (count, wanted) = self.taken;
        let tokens = &self.tokens[self.read..self.read + count];
        (count > 0).then(|| Piece { tokens, start: self.read, pages: self.table.pages(), wanted })
    }
}
