//! The thread that a model lives in. Owns the end of every request: an answer, or a fault for all once the thread has
//! died, and never silence.

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_channel::oneshot::Sender;

use crate::generate::batch::{Answer, Batch, Counters, Job, JobError, JobId};
use crate::generate::sampling::NoToken;
use crate::generate::{GenerateError, Runner};

/// A job and where its answer goes.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) job: Job,
    pub(super) reply: Sender<Result<Answer, GenerateError>>,
}

/// What the thread tells others besides answers.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) counters: Mutex<Counters>,
    /// Why the thread has died.
    pub(super) fault: OnceLock<String>,
}

/// The thread's own.
pub(super) struct Worker<R> {
    batch: Batch<R>,
    inbox: Receiver<Order>,
    replies: HashMap<JobId, Sender<Result<Answer, GenerateError>>>,
    told: Arc<Told>,
}

/// Nobody is left who could ask for anything.
struct Deserted;

impl<R: Runner> Worker<R> {
    pub(super) fn new(batch: Batch<R>, inbox: Receiver<Order>, told: Arc<Told>) -> Self {
        Self { batch, inbox, replies: HashMap::new(), told }
    }

    /// Works until nobody can ask any more, or the runner panics.
    pub(super) fn run(mut self) {
        let Err(panic) = catch_unwind(AssertUnwindSafe(|| while self.turn().is_ok() {})) else { return };
        let fault = format!("the model has failed, and answers nothing any more: {}", words(panic.as_ref()));
        // Before the first is told: whoever asks after that must hear it too.
        let fault = self.told.fault.get_or_init(|| fault);
        let waiting = self.replies.drain().map(|(_, reply)| reply);
        for reply in waiting.chain(self.inbox.try_iter().map(|order| order.reply)) {
            // Whoever has gone need not be told.
            let _gone = reply.send(Err(GenerateError::Fatal(fault.clone())));
        }
    }

    /// One step, after everything that has been asked and given up in the meantime.
    fn turn(&mut self) -> Result<(), Deserted> {
        if self.batch.is_idle() {
            let order = self.inbox.recv().map_err(|_| Deserted)?;
            self.accept(order);
        }
        loop {
            match self.inbox.try_recv() {
                Ok(order) => self.accept(order),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Err(Deserted),
            }
        }
        let Self { batch, replies, .. } = self;
        replies.retain(|id, reply| {
            let gone = reply.is_canceled();
            if gone {
                batch.cancel(*id);
            }
            !gone
        });
        let finished = self.batch.step();
        // Before anyone is answered: who has an answer finds it counted.
        *self.told.counters.lock().unwrap_or_else(PoisonError::into_inner) = self.batch.counters();
        for (id, answer) in finished {
            if let Some(reply) = self.replies.remove(&id) {
                let _gone = reply.send(answer.map_err(refusal));
            }
        }
        Ok(())
    }

    fn accept(&mut self, order: Order) {
        let id = self.batch.submit(order.job);
        self.replies.insert(id, order.reply);
    }
}

fn refusal(fault: JobError) -> GenerateError {
    match fault {
        JobError::NoToken(NoToken::NotNumbers(_)) | JobError::NoNumber(_) => GenerateError::Fatal(fault.to_string()),
        fault => GenerateError::Request(fault.to_string()),
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say why")
}
