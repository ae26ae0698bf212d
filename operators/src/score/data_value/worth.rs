//! What attempts at a problem say of it: formulas over counts.

use super::attempts::{Attempts, TestsMissed};
use crate::evaluate::pass_at_k;

/// The probability that not all of `rollouts` attempts end alike: `1 - p^n - (1-p)^n`.
///
/// Estimated without bias, as pass@k is: `p^n` by the share of the draws of n attempts, none put back, in which all
/// passed.
pub(super) fn signal(answers: u64, solved: u64, rollouts: u64) -> f64 {
    let some_passed = pass_at_k(answers, solved, rollouts);
    let some_failed = pass_at_k(answers, answers - solved, rollouts);
    (some_passed + some_failed - 1.0).max(0.0)
}

impl Attempts {
    /// The share of the attempts on which all tests agree: it passed all of them, or none.
    pub(super) fn agreement(&self) -> Option<f64> {
        let unanimous = self.tests.iter().filter(|attempt| [0, attempt.tests].contains(&attempt.missed)).count();
        (!self.tests.is_empty()).then(|| unanimous as f64 / self.tests.len() as f64)
    }

    /// Of the attempts that pass half of the tests, drawn at random, the share that passes all.
    pub(super) fn soundness(&self) -> Option<f64> {
        let sound = self.tests.iter().filter(|attempt| attempt.missed == 0).count() as f64;
        let all: f64 = self.tests.iter().map(TestsMissed::passes_half).sum();
        (sound > 0.0).then(|| sound / all)
    }

    /// The mean of the attempts' log-probabilities.
    pub(super) fn log_probability(&self) -> Option<f64> {
        let count = self.log_probabilities.len();
        (count > 0).then(|| self.log_probabilities.iter().sum::<f64>() / count as f64)
    }
}

impl TestsMissed {
    /// The probability that half of its tests (rounded down) has none that it misses: `C(t-m, h) / C(t, h)`.
    fn passes_half(&self) -> f64 {
        let Self { missed, tests } = *self;
        let half = tests / 2;
        if missed + half > tests {
            return 0.0;
        }
        (0..half).map(|drawn| (tests - missed - drawn) as f64 / (tests - drawn) as f64).product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(tests: usize, missed: &[usize]) -> Attempts {
        let tests = missed.iter().map(|missed| TestsMissed { missed: *missed, tests }).collect();
        Attempts { tests, ..Attempts::default() }
    }

    /// Against all draws of `n` of the attempts, enumerated.
    #[test]
    fn the_signal_is_the_share_of_draws_that_differ() {
        for answers in 1_u64..=9 {
            for solved in 0..=answers {
                for rollouts in 1..=answers {
                    let draws: Vec<u32> =
                        (0_u32..1 << answers).filter(|draw| u64::from(draw.count_ones()) == rollouts).collect();
                    let passed = (1_u32 << solved) - 1;
                    let differ = draws.iter().filter(|draw| **draw & passed != 0 && **draw & !passed != 0).count();
                    let expected = differ as f64 / draws.len() as f64;
                    let found = signal(answers, solved, rollouts);
                    assert!((found - expected).abs() < 1e-12, "{answers} {solved} {rollouts}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn the_signal_is_greatest_half_way_and_nothing_at_the_ends() {
        let signals: Vec<f64> = (0..=16).map(|solved| signal(16, solved, 8)).collect();
        assert!(signals[0] == 0.0 && signals[16] == 0.0);
        assert!(signals[..9].is_sorted() && signals[8..].is_sorted_by(|one, next| one >= next));
    }

    #[test]
    fn tests_agree_where_an_attempt_passes_all_or_none() {
        assert_eq!(attempts(4, &[0, 4, 4, 0]).agreement(), Some(1.0));
        assert_eq!(attempts(4, &[0, 1, 4, 3]).agreement(), Some(0.5));
        assert_eq!(attempts(4, &[]).agreement(), None);
    }

    #[test]
    fn sound_tests_are_those_of_which_half_would_do() {
        assert_eq!(attempts(4, &[0, 0, 4, 4]).soundness(), Some(1.0));
        // One test of four decides: in half of the halves it is missing.
        assert_eq!(attempts(4, &[0, 0, 1, 1]).soundness(), Some(2.0 / 3.0));
        // Others that everything passes make it no better.
        assert_eq!(attempts(64, &[0, 0, 1, 1]).soundness(), Some(2.0 / 3.0));
        // Two of four: one of the six halves has neither.
        let found = attempts(4, &[0, 2]).soundness().unwrap_or_default();
        assert!((found - 6.0 / 7.0).abs() < 1e-12, "{found}");
        // A single test confirms nothing of itself.
        assert_eq!(attempts(1, &[0, 0, 1, 1]).soundness(), Some(0.5));
        assert_eq!(attempts(4, &[1, 4]).soundness(), None);
    }
}
