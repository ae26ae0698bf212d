//! What was sent, answered and paid. Owns the sums and the limit of what is spent.
//!
//! No request is begun that would exceed the budget if it cost as much as those before it did on average, and if those
//! under way do too; the first ones, of which nothing is known yet, are exempt. While there are some under way, a
//! request waits for them rather than fail, so that nothing that is being paid for is given up.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{Budget, Price};
use crate::generate::{GenerateError, Usage};

/// Sums since the endpoint was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Requests that were sent, those that failed too.
    pub requests: u64,
    /// Those of them that were sent again.
    pub retries: u64,
    /// Samples that were bought.
    pub bought: u64,
    /// Samples that were remembered.
    pub remembered: u64,
    /// Tokens that were bought, as the server counts them; a request that was given up is not counted.
    pub usage: Usage,
    /// What they cost, in the currency of the price.
    pub cost: f64,
}

#[derive(Debug)]
pub(super) struct Ledger {
    price: Option<Price>,
    budget: Option<Budget>,
    state: Mutex<State>,
    /// Told whenever a request ends.
    ended: Notify,
}

#[derive(Debug, Default)]
struct State {
    tally: Tally,
    /// Requests that were answered.
    answered: u64,
    /// Requests that are under way.
    under_way: u64,
}

/// The right to begin a request, until it is dropped.
pub(super) struct Admission<'a>(&'a Ledger);

impl Ledger {
    pub(super) fn new(price: Option<Price>, budget: Option<Budget>) -> Self {
        Self { price, budget, state: Mutex::default(), ended: Notify::new() }
    }

    /// Waits until there is money for one more request.
    pub(super) async fn admit(&self) -> Result<Admission<'_>, GenerateError> {
        loop {
            let mut ended = pin!(self.ended.notified());
            // From here on, also an end between the look at the sums and the wait is noticed.
            ended.as_mut().enable();
            {
                let mut state = self.state();
                if self.budget.is_none_or(|budget| state.fits(budget)) {
                    state.under_way += 1;
                    state.tally.requests += 1;
                    return Ok(Admission(self));
                }
                if let Some(budget) = self.budget.filter(|_| state.under_way == 0) {
                    return Err(state.spent(budget));
                }
            }
            ended.await;
        }
    }

    /// Samples were remembered.
    pub(super) fn remembered(&self, samples: usize) {
        self.state().tally.remembered += samples as u64;
    }

    /// A request is sent again.
    pub(super) fn retried(&self) {
        self.state().tally.retries += 1;
    }

    pub(super) fn tally(&self) -> Tally {
        self.state().tally
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission<'_> {
    /// The request was answered with so many samples.
    pub(super) fn answered(&self, samples: usize, usage: Option<Usage>) -> Result<(), GenerateError> {
        let mut state = self.0.state();
        state.answered += 1;
        let tally = &mut state.tally;
        tally.bought += samples as u64;
        let Some(usage) = usage else {
            return match self.0.budget {
                Some(_) => Err(GenerateError::Fatal(
                    "the endpoint does not tell how many tokens an answer took (`usage`), so that no budget can be \
                     kept: remove `budget`"
                        .to_owned(),
                )),
                None => Ok(()),
            };
        };
        tally.usage.prompt += usage.prompt;
        tally.usage.cached += usage.cached;
        tally.usage.completion += usage.completion;
        tally.cost += self.0.price.map_or(0.0, |price| price.of(&usage));
        Ok(())
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
        self.0.ended.notify_waiters();
    }
}

impl State {
    /// What a request cost on average.
    fn usual(&self) -> f64 {
        if self.answered == 0 { 0.0 } else { self.tally.cost / self.answered as f64 }
    }

    fn fits(&self, budget: Budget) -> bool {
        let begun = (self.under_way + 1) as f64 * self.usual();
        let spent = budget.spent + self.tally.cost;
        spent < budget.limit && spent + begun <= budget.limit
    }

    fn spent(&self, budget: Budget) -> GenerateError {
        let spent = budget.spent + self.tally.cost;
        GenerateError::Fatal(format!(
            "the endpoint's budget is spent: {spent:.4} of {limit:.4}, and a request takes about {usual:.4}; what was \
             answered is kept, raise `budget` and run again to go on",
            limit = budget.limit,
            usual = self.usual(),
        ))
    }
}
