//! What one test of one program used, run after run.

use sandbox::{Outcome, Usage};

use crate::verify::judge::TestResult;

/// What one test used.
pub(super) struct TestUsage {
    pub(super) result: TestResult,
    pub(super) fuel: Option<u64>,
    pub(super) memory: Option<u64>,
    /// Seconds of each run that was measured by the clock.
    pub(super) cpu: Vec<f64>,
    pub(super) wall: Vec<f64>,
}

impl TestUsage {
    /// Nothing measured yet.
    pub(super) fn of(result: TestResult) -> Self {
        Self { result, fuel: None, memory: None, cpu: Vec::new(), wall: Vec::new() }
    }

    /// A run, and one that did everything but the work.
    pub(super) fn set_fuel(&mut self, outcome: &Outcome, overhead: &Outcome) {
        let used = of_test(outcome).fuel.zip(of_test(overhead).fuel);
        self.fuel = used.map(|(whole, overhead)| whole.saturating_sub(overhead));
    }

    /// A run by the clock.
    pub(super) fn add_time(&mut self, outcome: &Outcome) {
        let usage = of_test(outcome);
        self.cpu.push(usage.cpu.as_secs_f64());
        self.wall.push(usage.wall.as_secs_f64());
    }

    /// A run whose memory was counted.
    pub(super) fn set_memory(&mut self, outcome: &Outcome) {
        self.memory = of_test(outcome).heap;
    }
}

/// What the test itself used, loading the program left out where that is a step of its own.
fn of_test(outcome: &Outcome) -> Usage {
    outcome.replies.first().map_or(outcome.usage, |reply| reply.usage)
}

/// The number in the middle, or the mean of the two that are.
pub(super) fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = |place: usize| sorted.get(place).copied();
    Some(f64::midpoint(middle(sorted.len().checked_sub(1)? / 2)?, middle(sorted.len() / 2)?))
}

/// The largest less the smallest.
pub(super) fn spread(numbers: &[f64]) -> Option<f64> {
    let largest = numbers.iter().copied().reduce(f64::max)?;
    Some(largest - numbers.iter().copied().reduce(f64::min)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_how_far_apart() {
        for (numbers, middle, apart) in [
            (&[] as &[f64], None, None),
            (&[3.0], Some(3.0), Some(0.0)),
            (&[5.0, 1.0], Some(3.0), Some(4.0)),
            (&[9.0, 1.0, 2.0], Some(2.0), Some(8.0)),
            (&[1.0, 9.0, 2.0, 4.0], Some(3.0), Some(8.0)),
        ] {
            assert_eq!((median(numbers), spread(numbers)), (middle, apart), "{numbers:?}");
        }
    }
}
