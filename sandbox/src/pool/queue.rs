//! The queue that every worker takes from. Owns the waiting; knows nothing of what waits.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A queue with room for so many, closed once and for all.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    filled: Condvar,
    emptied: Condvar,
    room: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new(room: usize) -> Self {
        let state = State { waiting: VecDeque::new(), closed: false };
        Self { state: Mutex::new(state), filled: Condvar::new(), emptied: Condvar::new(), room }
    }

    /// Waits for room. Gives the item back where the queue is closed.
    pub(super) fn push(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        while state.waiting.len() >= self.room && !state.closed {
            state = self.emptied.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return Err(item);
        }
        state.waiting.push_back(item);
        self.filled.notify_one();
        Ok(())
    }

    /// Takes an item whether there is room or not. Gives it back where the queue is closed.
    pub(super) fn push_beyond(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        if state.closed {
            return Err(item);
        }
        state.waiting.push_back(item);
        self.filled.notify_one();
        Ok(())
    }

    /// Waits for an item. Nothing where the queue is closed.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(item) = state.waiting.pop_front() {
                self.emptied.notify_one();
                return Some(item);
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Wakes everybody and gives what is still waiting.
    pub(super) fn close(&self) -> Vec<T> {
        let mut state = self.lock();
        state.closed = true;
        self.filled.notify_all();
        self.emptied.notify_all();
        state.waiting.drain(..).collect()
    }

    /// A panic while the lock was held cannot have left the queue half changed: no code of others runs under it.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
