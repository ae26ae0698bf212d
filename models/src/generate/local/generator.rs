//! The generator. Owns what a caller does before and after the model's thread has its turn.

use async_trait::async_trait;

use super::{Language, ModelThread};
use crate::generate::batch::{Answer, Counters, Limits};
use crate::generate::{Completion, GenerateError, Generator, Passage, Request, Runner, Scorer, Scores};

/// A model that runs in a thread of its own and answers any number of requests at once. Dropping it ends the thread and
/// frees the model.
#[derive(Debug)]
pub struct LocalGenerator {
    language: Language,
    thread: ModelThread,
}

impl LocalGenerator {
    /// Starts the thread. The runner has as many pages as the limits say.
    pub fn start(runner: impl Runner + 'static, limits: Limits, language: Language) -> Result<Self, GenerateError> {
        Ok(Self { language, thread: ModelThread::start(runner, limits)? })
    }

    /// What has been done so far.
    pub fn counters(&self) -> Counters {
        self.thread.counters()
    }

    /// How the model is spoken to.
    pub fn language(&self) -> &Language {
        &self.language
    }
}

#[async_trait]
impl Generator for LocalGenerator {
    async fn generate(&self, request: Request) -> Result<Vec<Completion>, GenerateError> {
        let (job, stop) = self.language.writing(&request)?;
        let Answer::Written(drafts) = self.thread.ask(job).await? else {
            unreachable!("what was asked for is written")
        };
        drafts.into_iter().map(|draft| self.language.completion(draft, stop.as_ref())).collect()
    }
}

#[async_trait]
impl Scorer for LocalGenerator {
    async fn score(&self, passage: Passage) -> Result<Scores, GenerateError> {
        let (job, tokens) = self.language.scoring(&passage)?;
        let Answer::Scored(scored) = self.thread.ask(job).await? else { unreachable!("what was asked for is scored") };
        Ok(Scores {
            tokens,
            log_probabilities: scored.likelihoods.iter().map(|likelihood| likelihood.log_probability).collect(),
            entropies: scored.likelihoods.iter().map(|likelihood| likelihood.entropy).collect(),
            usage: scored.usage,
        })
    }
}
