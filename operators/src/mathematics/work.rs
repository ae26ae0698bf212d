//! How much is computed for an answer.
//!
//! Owns a count of steps, not a clock: what runs out of them here does so on every machine.

use std::cell::Cell;

/// Steps for finding the answer of one text, and again for holding it to another: a thousand times what an honest one takes,
/// and less than a second.
const STEPS: u64 = 1_000_000;

/// The steps that are left.
#[derive(Debug)]
pub(super) struct Work(Cell<u64>);

impl Work {
    pub(super) fn new() -> Self {
        Self(Cell::new(STEPS))
    }

    /// Takes so many steps; nothing where there are not as many, and nothing from then on.
    pub(super) fn take(&self, steps: u64) -> Option<()> {
        let left = self.0.get().checked_sub(steps);
        self.0.set(left.unwrap_or(0));
        left.map(drop)
    }

    /// Whether something was left out for want of steps, or would be next.
    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    /// How many were taken.
    #[cfg(test)]
    pub(super) fn taken(&self) -> u64 {
        STEPS - self.0.get()
    }
}
