//! An endpoint as a generator. Owns which samples are bought and which are remembered, and how they are asked for
//! together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures_util::future::join_all;

use super::attempts::Attempts;
use super::question::Question;
use super::{EndpointError, Memo, Settings, Tally, kept};
use crate::generate::{Completion, GenerateError, Generator, Request};

/// A model behind an address. Its futures run wherever they are awaited, on a runtime of tokio.
pub struct Endpoint {
    settings: Settings,
    attempts: Attempts,
    memo: Arc<dyn Memo>,
    /// Whether the server was seen to give one sample a request, whatever it is asked for.
    one_by_one: AtomicBool,
}

impl Endpoint {
    /// Opens nothing yet: the first request does.
    ///
    /// # Errors
    /// Settings that make no endpoint.
    pub fn new(settings: Settings, memo: Arc<dyn Memo>) -> Result<Self, EndpointError> {
        settings.check()?;
        let attempts = Attempts::new(&settings)?;
        Ok(Self { settings, attempts, memo, one_by_one: AtomicBool::new(false) })
    }

    /// From now on nothing is sent. What is under way, and so being paid for, may still be answered; other requests
    /// count as not answered now.
    pub fn retire(&self) {
        self.attempts.retire();
    }

    /// What was sent, answered and paid so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.attempts.ledger.tally()
    }
}

#[async_trait]
impl Generator for Endpoint {
    async fn generate(&self, request: Request) -> Result<Vec<Completion>, GenerateError> {
        let asked = Asked { endpoint: self, question: Question::of(&self.settings, &request)?, request: &request };
        let mut samples = Vec::new();
        for sample in request.samples.clone() {
            samples.push(asked.recall(sample)?);
        }
        let missing: Vec<u64> = request
            .samples
            .clone()
            .zip(&samples)
            .filter(|(_, known)| known.is_none())
            .map(|(sample, _)| sample)
            .collect();
        self.attempts.ledger.remembered(samples.len() - missing.len());
        let mut bought = asked.buy(&missing).await?.into_iter();
        Ok(samples.into_iter().filter_map(|known| known.or_else(|| bought.next())).collect())
    }
}

/// One request to the endpoint.
struct Asked<'a> {
    endpoint: &'a Endpoint,
    question: Question,
    request: &'a Request,
}

impl Asked<'_> {
    /// A sample that was bought before.
    fn recall(&self, sample: u64) -> Result<Option<Completion>, GenerateError> {
        let kept = self.endpoint.memo.get(&self.question.key(sample)).map_err(unavailable)?;
        Ok(kept.and_then(|bytes| kept::read(&bytes)))
    }

    /// Buys samples, all with one request where the server can do that, since the prompt is then paid once.
    async fn buy(&self, samples: &[u64]) -> Result<Vec<Completion>, GenerateError> {
        let Some(first) = samples.first() else { return Ok(Vec::new()) };
        if samples.len() == 1 || self.one_by_one() {
            return self.buy_singly(samples).await;
        }
        let mut bought = match self.buy_together(samples).await {
            // Perhaps it is the number of samples that is refused; one alone tells.
            Err(GenerateError::Request(_)) => self.buy_together(&[*first]).await?,
            answered => answered?,
        };
        if bought.len() < samples.len() {
            self.endpoint.one_by_one.store(true, Ordering::Relaxed);
            bought.extend(self.buy_singly(&samples[bought.len()..]).await?);
        }
        Ok(bought)
    }

    /// Buys samples with one request, or as many of them as the server gives, and keeps them.
    async fn buy_together(&self, samples: &[u64]) -> Result<Vec<Completion>, GenerateError> {
        let answer = self.endpoint.attempts.ask(&self.question, self.request, samples).await?;
        for (sample, completion) in samples.iter().zip(&answer.completions) {
            self.endpoint.memo.put(&self.question.key(*sample), &kept::write(completion)).map_err(unavailable)?;
        }
        Ok(answer.completions)
    }

    /// Buys samples with one request each. None is given up because another fails: it is being paid for.
    async fn buy_singly(&self, samples: &[u64]) -> Result<Vec<Completion>, GenerateError> {
        let bought = join_all(samples.chunks(1).map(|sample| self.buy_together(sample))).await;
        let bought: Vec<_> = bought.into_iter().collect::<Result<_, _>>()?;
        Ok(bought.into_iter().flatten().collect())
    }

    /// Samples at temperature 0 are equal by intent, and servers refuse to draw several of them.
    fn one_by_one(&self) -> bool {
        self.request.sampling.temperature == 0.0 || self.endpoint.one_by_one.load(Ordering::Relaxed)
    }
}

fn unavailable(message: String) -> GenerateError {
    GenerateError::Unavailable { message, after: None }
}
