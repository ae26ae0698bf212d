//! How long to wait before work is tried again that the world, not the work, made fail.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use crate::operator::Fault;

/// Waits that double from `first` to `most`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Before the second attempt.
    pub first: Duration,
    /// The longest wait that the engine chooses by itself.
    pub most: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(500), most: Duration::from_secs(60) }
    }
}

/// What a failed attempt leads to.
#[derive(Debug)]
pub(super) enum Next {
    /// Another attempt, after a wait.
    Again { message: String, after: Duration },
    /// The fault stands.
    GiveUp(Fault),
}

impl Backoff {
    /// Whether to try again after `attempt` (from 1) met this fault: only the world's faults, and at most `retries`
    /// times.
    pub(super) fn next(&self, fault: Fault, attempt: u32, retries: u32) -> Next {
        match fault {
            Fault::Infrastructure { message, retry_after } if attempt <= retries => {
                Next::Again { message, after: self.wait(attempt, retry_after, random_fraction()) }
            }
            // In the middle of a row, which holds what its node has open.
            Fault::NoRoom(message) if attempt <= retries => {
                Next::Again { message, after: self.wait(attempt, None, random_fraction()) }
            }
            fault => Next::GiveUp(fault),
        }
    }

    /// Between half and the whole of the doubled wait, so that rows which failed together do not return together;
    /// never earlier than the other side asked.
    fn wait(&self, attempt: u32, retry_after: Option<Duration>, fraction: f64) -> Duration {
        let doubled = self.first.saturating_mul(1 << (attempt - 1).min(20)).min(self.most);
        let jittered = doubled.mul_f64(0.5 + fraction / 2.0);
        let asked = retry_after.map_or(Duration::ZERO, |asked| asked + self.first.mul_f64(fraction));
        jittered.max(asked)
    }
}

/// A number in `0..1` for jitter: it decides only when something happens, never what.
fn random_fraction() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), most: Duration::from_secs(10) };

    #[test]
    fn waits_double_up_to_the_longest_and_respect_what_was_asked() {
        let wait = |attempt, asked: Option<u64>, fraction| {
            BACKOFF.wait(attempt, asked.map(Duration::from_secs), fraction).as_secs_f64()
        };
        let cases = [
            ((1, None, 0.0), 0.5),
            ((1, None, 1.0), 1.0),
            ((3, None, 1.0), 4.0),
            ((9, None, 0.5), 7.5),
            ((200, None, 1.0), 10.0),
            ((1, Some(30), 0.0), 30.0),
            ((1, Some(30), 1.0), 31.0),
        ];
        for ((attempt, asked, fraction), seconds) in cases {
            assert!((wait(attempt, asked, fraction) - seconds).abs() < 1e-9, "{attempt} {asked:?} {fraction}");
        }
    }

    #[test]
    fn only_the_world_is_tried_again_and_not_for_ever() {
        let again = |fault, attempt| matches!(BACKOFF.next(fault, attempt, 2), Next::Again { .. });
        assert!(again(Fault::infrastructure("down"), 1));
        assert!(again(Fault::infrastructure("down"), 2));
        assert!(!again(Fault::infrastructure("down"), 3));
        assert!(!again(Fault::node("broken"), 1));
        assert!(!again(Fault::row("odd"), 1));
        assert!(!again(Fault::Cancelled, 1));
    }

    #[test]
    fn fractions_are_fractions() {
        for _ in 0..100 {
            assert!((0.0..1.0).contains(&random_fraction()));
        }
    }
}
