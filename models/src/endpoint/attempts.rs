//! One question until it is answered. Owns when it is sent, when again, and when no more; knows nothing of a memo.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::answer::{self, Answer};
use super::failure::{Cause, Failure};
use super::ledger::Ledger;
use super::pause::Pause;
use super::question::Question;
use super::slots::Slots;
use super::transport::Transport;
use super::{EndpointError, Patience, Settings, Tell};
use crate::generate::{GenerateError, Request};

/// Everything that the requests to one endpoint share.
#[derive(Debug)]
pub(super) struct Attempts {
    transport: Transport,
    slots: Slots,
    pause: Mutex<Pause>,
    pub(super) ledger: Ledger,
    retries: u32,
    patience: Patience,
    tell: Tell,
    /// Whether nothing more is to be sent.
    retired: watch::Sender<bool>,
}

impl Attempts {
    pub(super) fn new(settings: &Settings) -> Result<Self, EndpointError> {
        Ok(Self {
            transport: Transport::new(settings)?,
            slots: Slots::new(settings.slots),
            pause: Mutex::new(Pause::new(settings.patience)),
            ledger: Ledger::new(settings.price, settings.budget),
            retries: settings.retries,
            patience: settings.patience,
            tell: settings.tell.clone(),
            retired: watch::Sender::new(false),
        })
    }

    /// From now on nothing is sent. What is under way, and so being paid for, may still be answered.
    pub(super) fn retire(&self) {
        self.retired.send_replace(true);
    }

    /// Asks for these samples until there is an answer, for as many of them as the server gave.
    pub(super) async fn ask(
        &self,
        question: &Question,
        request: &Request,
        samples: &[u64],
    ) -> Result<Answer, GenerateError> {
        let body = Bytes::from(question.body(samples));
        let mut count = Count { sent: 0, vain: 0, bought: self.ledger.tally().bought };
        loop {
            let (words, cause) = match self.attempt(question, request, samples.len(), body.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Never(error)) => return Err(error),
                Err(Failure::Later { words, cause }) => (words, cause),
            };
            let now = Instant::now();
            let begins = self.pause().failed(cause, now, fastrand::f64());
            if begins {
                self.tell(&words, now);
            }
            if begins && cause != Cause::Broken {
                self.slots.halve();
            }
            count.failed(cause, self.ledger.tally().bought);
            if count.vain > self.retries {
                let message = format!("the endpoint gave no answer in {} attempts, at last: {words}", count.sent);
                return Err(GenerateError::Unavailable { message, after: Some(self.pause().left(now)) });
            }
            self.ledger.retried();
            if !matches!(cause, Cause::Overload { after: Some(_) }) {
                self.rest(self.patience.bound(count.vain).mul_f64(fastrand::f64())).await;
            }
        }
    }

    async fn attempt(
        &self,
        question: &Question,
        request: &Request,
        samples: usize,
        body: Bytes,
    ) -> Result<Answer, Failure> {
        let _slot = self.slots.take().await;
        let admission = self.ledger.admit().await.map_err(Failure::Never)?;
        self.wait().await;
        if *self.retired.borrow() {
            let message = "the run ends before the endpoint was asked".to_owned();
            return Err(Failure::Never(GenerateError::Unavailable { message, after: None }));
        }
        let body = self.transport.post(question.path, body).await?;
        let answer = answer::read(&body, request, samples).map_err(|failure| match failure {
            Failure::Later { words, cause } => {
                Failure::Later { words: format!("{words}: {}", self.transport.excerpt(&body)), cause }
            }
            never => never,
        })?;
        self.pause().answered();
        self.slots.answered();
        admission.answered(answer.completions.len(), answer.usage).map_err(Failure::Never)?;
        Ok(answer)
    }

    /// Tells of a pause that all requests share.
    fn tell(&self, words: &str, now: Instant) {
        let seconds = self.pause().left(now).as_secs_f64();
        if let Some(tell) = &self.tell.0 {
            tell(format!("the endpoint gives no answer: {words}; all requests wait for {seconds:.1} s"));
        }
    }

    /// Waits until the shared pause is over. Who waited goes on at different times, or all would be refused again.
    async fn wait(&self) {
        loop {
            let left = self.pause().left(Instant::now());
            if left.is_zero() || *self.retired.borrow() {
                return;
            }
            self.rest(left + self.patience.first.mul_f64(fastrand::f64())).await;
        }
    }

    /// Waits, or until nothing is to be sent any more.
    async fn rest(&self, time: Duration) {
        let mut retired = self.retired.subscribe();
        tokio::select! {
            () = sleep(time) => {}
            _ = retired.wait_for(|retired| *retired) => {}
        }
    }

    fn pause(&self) -> MutexGuard<'_, Pause> {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often one question was asked.
struct Count {
    /// In all.
    sent: u32,
    /// Without an answer to anyone in between, where the endpoint had too much to do: others' answers say that the turn
    /// of this one will come. In all where it broke.
    vain: u32,
    /// How many samples the endpoint had given when it failed last.
    bought: u64,
}

impl Count {
    fn failed(&mut self, cause: Cause, bought: u64) {
        if cause != Cause::Broken && bought > self.bought {
            self.vain = 0;
        }
        self.bought = bought;
        self.sent += 1;
        self.vain += 1;
    }
}
