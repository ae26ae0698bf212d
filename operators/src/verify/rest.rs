//! What is left of what all tests of a program may use together.

use std::time::Duration;

use sandbox::{Budget, Limits, Usage};

use super::judge::TestResult;
use super::status::Status;
use crate::python::TestLimits;

/// What is left; without a bound where none is set.
pub(super) struct Rest(Option<Budget>);

impl Rest {
    /// All of it.
    pub(super) fn of(limits: &TestLimits) -> Self {
        Self(limits.total())
    }

    /// The limits of the next job.
    pub(super) fn limit(&self, limits: Limits) -> Limits {
        let budget = match (self.0, limits.budget) {
            (Some(Budget::Time(left)), Budget::Time(time)) => Budget::Time(left.min(time)),
            (Some(Budget::Fuel(left)), Budget::Fuel(fuel)) => Budget::Fuel(left.min(fuel)),
            (_, budget) => budget,
        };
        Limits { budget, ..limits }
    }

    /// Takes off what a job used.
    pub(super) fn spend(&mut self, usage: &Usage) {
        match &mut self.0 {
            Some(Budget::Time(left)) => *left = left.saturating_sub(usage.cpu + usage.slept),
            Some(Budget::Fuel(left)) => *left = left.saturating_sub(usage.fuel.unwrap_or_default()),
            None => {}
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        matches!(self.0, Some(Budget::Time(Duration::ZERO) | Budget::Fuel(0)))
    }

    /// What is said of a test that nothing is left for.
    pub(super) fn exhausted() -> TestResult {
        TestResult::failure(Status::Timeout, "the tests before it used what all may use together".to_owned())
    }
}
