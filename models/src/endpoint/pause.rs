//! The pause that all requests share. Owns when it begins and how long it lasts; looks at no clock and sleeps nowhere.
//!
//! A server that asks for a pause gets it. Else one failure is its own request's affair, since a request that breaks
//! the server must not hold up the others; two in a row, without an answer to anyone between them, are everyone's.

use std::time::Duration;

use tokio::time::Instant;

use super::Patience;
use super::failure::Cause;

/// Until when nothing is sent.
#[derive(Debug)]
pub(super) struct Pause {
    patience: Patience,
    until: Option<Instant>,
    /// Failures since the last answer, those during a pause not counted: they were under way when it began.
    in_a_row: u32,
}

impl Pause {
    pub(super) fn new(patience: Patience) -> Self {
        Self { patience, until: None, in_a_row: 0 }
    }

    /// A request was answered.
    pub(super) fn answered(&mut self) {
        self.in_a_row = 0;
    }

    /// A request failed; `draw` is a random part of the whole, from 0 to 1. Tells whether a pause begins with it.
    pub(super) fn failed(&mut self, cause: Cause, now: Instant, draw: f64) -> bool {
        let running = !self.left(now).is_zero();
        self.in_a_row += u32::from(!running);
        let length = match cause {
            Cause::Overload { after: Some(after) } => after.min(self.patience.asked),
            _ if running => return false,
            Cause::Broken if self.in_a_row < 2 => return false,
            _ => self.patience.bound(self.in_a_row).mul_f64(draw),
        };
        self.until = self.until.max(Some(now + length));
        !running
    }

    /// How much of the pause is left.
    pub(super) fn left(&self, now: Instant) -> Duration {
        self.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }
}

impl Patience {
    /// The longest pause before attempt number `attempt`, the first being 1.
    pub(super) fn bound(&self, attempt: u32) -> Duration {
        self.first.saturating_mul(1 << attempt.saturating_sub(1).min(30)).min(self.longest)
    }
}
