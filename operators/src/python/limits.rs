//! What a program may use, as the manifest says it.

use std::time::Duration;

use engine::operator::Complaint;
use sandbox::{Budget, Limits, Metering};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a program may use.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TestLimits {
    /// Seconds of CPU time for each test, sleeping included.
    #[schemars(range(min = 0.001, max = 86_400.0))]
    pub seconds: f64,
    /// Seconds of CPU time for all tests of a program; without a limit of their own where it is not said.
    #[schemars(range(min = 0.001, max = 86_400.0))]
    pub total_seconds: Option<f64>,
    /// Instructions for each test, in place of seconds: the same verdict on every machine under any load, which is what
    /// training needs. About a thousand million take a second.
    #[schemars(range(min = 1_000_000))]
    pub fuel: Option<u64>,
    /// Memory in MiB, the interpreter's own 64 included.
    #[schemars(range(min = 96, max = 4096))]
    pub memory: u64,
    /// KiB of standard output.
    #[schemars(range(min = 1, max = 1_048_576))]
    pub output: u64,
}

/// A hundred times what a test should take: past this the machine, not the program, is at fault.
const WALL_FACTOR: f64 = 100.0;
const LEAST_WALL: f64 = 60.0;

impl Default for TestLimits {
    fn default() -> Self {
        Self { seconds: 6.0, total_seconds: None, fuel: None, memory: 512, output: 1024 }
    }
}

impl TestLimits {
    /// Faults that the schema cannot see.
    pub(crate) fn check(&self) -> Vec<Complaint> {
        let both = self.fuel.is_some() && self.total_seconds.is_some();
        let message = "`total_seconds` has no meaning where `fuel` limits each test";
        let complaint = || {
            let path = ["limits", "total_seconds"];
            Complaint::parameter("operator::parameters", &path, message, "time is not measured")
        };
        both.then(complaint).into_iter().collect()
    }

    /// What a run is measured by.
    pub(crate) fn metering(&self) -> Metering {
        if self.fuel.is_some() { Metering::Fuel } else { Metering::Clock }
    }

    /// The limits of a job that holds so many tests.
    pub(crate) fn of_job(&self, tests: usize) -> Limits {
        let all = self.seconds * tests as f64;
        let (budget, step) = match (self.fuel, self.total_seconds) {
            // One more than there are tests: loading the program takes its share too, and may never end.
            (Some(fuel), _) => (Budget::Fuel(fuel.saturating_mul(tests as u64 + 1)), Budget::Fuel(fuel)),
            (None, total) => (time(total.unwrap_or(all + self.seconds)), time(self.seconds)),
        };
        let (budget, step) = if tests == 1 { (step, None) } else { (budget, Some(step)) };
        let wall = Duration::from_secs_f64((all * WALL_FACTOR).max(LEAST_WALL));
        let limits = Limits { budget, step, wall, ..Limits::default() };
        Limits { memory: self.memory << 20, output: self.output << 10, ..limits }
    }
}

fn time(seconds: f64) -> Budget {
    Budget::Time(Duration::from_secs_f64(seconds))
}
