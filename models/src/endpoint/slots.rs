//! How many requests are under way. Owns the turn of who waits, and how the number follows what the server can bear.
//!
//! Where a server says that it has too much to do, the number is halved, once a pause; it grows by an eighth whenever
//! as many requests were answered. So a server that allows ten requests a second is not asked by five hundred at once
//! after every pause, and none of these fails for having been refused too often.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Slots, given in the order in which they are asked for.
#[derive(Debug)]
pub(super) struct Slots {
    semaphore: Semaphore,
    state: Mutex<State>,
    most: usize,
}

#[derive(Debug)]
struct State {
    /// How many there are.
    now: usize,
    /// How many of those in use are taken away when they are given back.
    owed: usize,
    /// How many requests were answered since the number grew.
    answered: usize,
}

/// The right to have one request under way.
pub(super) struct Slot<'a> {
    slots: &'a Slots,
    permit: Option<SemaphorePermit<'a>>,
}

impl Slots {
    pub(super) fn new(most: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self { semaphore: Semaphore::new(most), state: Mutex::new(State { now: most, owed: 0, answered: 0 }), most }
    }

    /// Waits for a slot.
    pub(super) async fn take(&self) -> Slot<'_> {
        let permit = self.semaphore.acquire().await.expect("the semaphore is never closed");
        Slot { slots: self, permit: Some(permit) }
    }

    /// A request was answered.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        state.answered += 1;
        if state.now < self.most && state.answered >= state.now {
            let more = (state.now / 8).max(1).min(self.most - state.now);
            state.answered = 0;
            state.now += more;
            let forgiven = more.min(state.owed);
            state.owed -= forgiven;
            self.semaphore.add_permits(more - forgiven);
        }
    }

    /// The server has too much to do.
    pub(super) fn halve(&self) {
        let mut state = self.state();
        let fewer = state.now / 2;
        state.now -= fewer;
        state.answered = 0;
        state.owed += fewer - self.semaphore.forget_permits(fewer);
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn now(&self) -> usize {
        self.state().now
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut state = self.slots.state();
        if state.owed > 0 {
            state.owed -= 1;
            if let Some(permit) = self.permit.take() {
                permit.forget();
            }
        }
    }
}
