//! A job that was handed in: waited for, awaited, or given up. Owns the passing of the result between threads.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::error::HostError;
use crate::outcome::Outcome;

/// A job that was handed in. Dropping it gives the job up: a run under way ends within a tick.
#[derive(Debug)]
#[must_use = "dropping a ticket cancels its job"]
pub struct Ticket(Arc<Shared>);

/// The other end of a [`Ticket`]. Dropped without a result, it says that the pool was closed.
#[derive(Debug)]
pub(super) struct Promise(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    done: Condvar,
    cancelled: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct State {
    result: Option<Result<Outcome, HostError>>,
    waker: Option<Waker>,
}

/// A ticket and its other end.
pub(super) fn pair() -> (Ticket, Promise) {
    let shared = Arc::new(Shared::default());
    (Ticket(Arc::clone(&shared)), Promise(shared))
}

impl Ticket {
    /// Waits for the outcome.
    pub fn wait(self) -> Result<Outcome, HostError> {
        let mut state = self.0.lock();
        loop {
            if let Some(result) = state.result.take() {
                return result;
            }
            state = self.0.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Gives the job up without dropping the ticket: the result is [`HostError::Cancelled`], unless it was there
    /// already.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Future for Ticket {
    type Output = Result<Outcome, HostError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        if let Some(result) = state.result.take() {
            return Poll::Ready(result);
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Promise {
    /// What a run looks at to see whether anybody still wants it.
    pub(super) fn cancelled(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.cancelled)
    }

    pub(super) fn keep(self, result: Result<Outcome, HostError>) {
        self.0.fulfil(result);
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.0.fulfil(Err(HostError::Closed));
    }
}

impl Shared {
    /// The first result stays.
    fn fulfil(&self, result: Result<Outcome, HostError>) {
        let mut state = self.lock();
        if state.result.is_some() {
            return;
        }
        state.result = Some(result);
        self.done.notify_all();
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
