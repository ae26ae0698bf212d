//! A thread with a model in it. Owns its life, and the way of a job there and back.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};

use futures_channel::oneshot;

use super::worker::{Order, Told, Worker};
use crate::generate::batch::{Answer, Batch, Counters, Job, Limits};
use crate::generate::{GenerateError, Runner};

/// A thread that answers any number of jobs at once. Dropping it ends the thread and frees the model.
#[derive(Debug)]
pub(crate) struct ModelThread {
    told: Arc<Told>,
    /// Nothing only while it is dropped.
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl ModelThread {
    /// Starts it. The runner has as many pages as the limits say.
    pub(crate) fn start(runner: impl Runner + 'static, limits: Limits) -> Result<Self, GenerateError> {
        let (orders, inbox) = channel();
        let told = Arc::new(Told::default());
        let worker = Worker::new(Batch::new(runner, limits), inbox, Arc::clone(&told));
        let thread = thread::Builder::new().name("model".to_owned()).spawn(|| worker.run());
        let fault = |fault| GenerateError::Fatal(format!("failed to start a thread for the model: {fault}"));
        Ok(Self { told, orders: Some(orders), thread: Some(thread.map_err(fault)?) })
    }

    /// What has been done so far.
    pub(crate) fn counters(&self) -> Counters {
        *self.told.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a job.
    pub(crate) async fn ask(&self, job: Job) -> Result<Answer, GenerateError> {
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

impl Drop for ModelThread {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // It catches its own panics.
            let _ended = thread.join();
        }
    }
}
