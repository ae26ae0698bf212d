//! The generator. Owns the thread's life, and what a caller does before and after it.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};

use async_trait::async_trait;
use futures_channel::oneshot;

use super::Language;
use super::worker::{Order, Told, Worker};
use crate::generate::batch::{Answer, Batch, Counters, Job, Limits};
use crate::generate::{Completion, GenerateError, Generator, Passage, Request, Runner, Scorer, Scores};

/// A model that runs in a thread of its own and answers any number of requests at once. Dropping it ends the thread and
/// frees the model.
#[derive(Debug)]
pub struct LocalGenerator {
    language: Language,
    told: Arc<Told>,
    /// Nothing only while it is dropped.
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl LocalGenerator {
    /// Starts the thread. The runner has as many pages as the limits say.
    pub fn start(runner: impl Runner + 'static, limits: Limits, language: Language) -> Result<Self, GenerateError> {
        let (orders, inbox) = channel();
        let told = Arc::new(Told::default());
        let worker = Worker::new(Batch::new(runner, limits), inbox, Arc::clone(&told));
        let thread = thread::Builder::new().name("model".to_owned()).spawn(|| worker.run());
        let fault = |fault| GenerateError::Fatal(format!("failed to start a thread for the model: {fault}"));
        Ok(Self { language, told, orders: Some(orders), thread: Some(thread.map_err(fault)?) })
    }

    /// What has been done so far.
    pub fn counters(&self) -> Counters {
        *self.told.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the model is spoken to.
    pub fn language(&self) -> &Language {
        &self.language
    }

    async fn ask(&self, job: Job) -> Result<Answer, GenerateError> {
        let (reply, answer) = oneshot::channel();
        let order = Order { job, reply };
        let sent = self.orders.as_ref().is_some_and(|orders| orders.send(order).is_ok());
        let answer = if sent { answer.await.ok() } else { None };
        answer.unwrap_or_else(|| Err(self.dead()))
    }

    fn dead(&self) -> GenerateError {
        let fault = self.told.fault.get();
        GenerateError::Fatal(fault.map_or_else(|| "the model's thread has ended".to_owned(), Clone::clone))
    }
}

#[async_trait]
impl Generator for LocalGenerator {
    async fn generate(&self, request: Request) -> Result<Vec<Completion>, GenerateError> {
        let (job, stop) = self.language.writing(&request)?;
        let Answer::Written(drafts) = self.ask(job).await? else { unreachable!("what was asked for is written") };
        drafts.into_iter().map(|draft| self.language.completion(draft, stop.as_ref())).collect()
    }
}

impl Drop for LocalGenerator {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // It catches its own panics.
            let _ended = thread.join();
        }
    }
}

#[async_trait]
impl Scorer for LocalGenerator {
    async fn score(&self, passage: Passage) -> Result<Scores, GenerateError> {
        let (job, tokens) = self.language.scoring(&passage)?;
        let Answer::Scored(scored) = self.ask(job).await? else { unreachable!("what was asked for is scored") };
        Ok(Scores {
            tokens,
            log_probabilities: scored.likelihoods.iter().map(|likelihood| likelihood.log_probability).collect(),
            entropies: scored.likelihoods.iter().map(|likelihood| likelihood.entropy).collect(),
            usage: scored.usage,
        })
    }
}
