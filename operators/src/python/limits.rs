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
    /// Seconds of CPU time for each test, sleeping included. Loading the program for calls and assertions may take as
    /// long once more.
    #[schemars(range(min = 0.001, max = 86_400.0))]
    pub seconds: f64,
    /// Seconds of CPU time for all tests of a program; without a limit of their own where it is not said.
    #[schemars(range(min = 0.001, max = 86_400.0))]
    pub total_seconds: Option<f64>,
    /// Instructions for each test, in place of seconds: the same verdict on every machine under any load, which is what
    /// training needs. About ten thousand million take a second.
    #[schemars(range(min = 1_000_000))]
    pub fuel: Option<u64>,
    /// Instructions for all tests of a program, where `fuel` limits each.
    #[schemars(range(min = 1_000_000))]
    pub total_fuel: Option<u64>,
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
        Self { seconds: 6.0, total_seconds: None, fuel: None, total_fuel: None, memory: 512, output: 1024 }
    }
}

impl TestLimits {
    /// Faults that the schema cannot see.
    pub(crate) fn check(&self) -> Vec<Complaint> {
        let complaint = |field: &str, message: &str, label: &str| {
            Complaint::parameter("operator::parameters", &["limits", field], message, label)
        };
        let seconds = "`total_seconds` has no meaning where `fuel` limits each test";
        let seconds = || complaint("total_seconds", seconds, "time is not measured").help("say `total_fuel`");
        let fuel = "`total_fuel` has no meaning where no `fuel` limits each test";
        let fuel = || complaint("total_fuel", fuel, "fuel is not measured").help("say `total_seconds`, or `fuel` too");
        let with_seconds = self.fuel.is_some() && self.total_seconds.is_some();
        let with_fuel = self.fuel.is_none() && self.total_fuel.is_some();
        with_seconds.then(seconds).into_iter().chain(with_fuel.then(fuel)).collect()
    }

    /// What a run is measured by.
    pub(crate) fn metering(&self) -> Metering {
        if self.fuel.is_some() { Metering::Fuel } else { Metering::Clock }
    }

    /// What all tests of a program may use together, if that is limited.
    pub(crate) fn total(&self) -> Option<Budget> {
        self.total_fuel.map(Budget::Fuel).or(self.total_seconds.map(time))
    }

    /// The limits of a job of one run, with whatever it takes to get there.
    pub(crate) fn of_run(&self) -> Limits {
        self.limits(self.each(1), None, 1)
    }

    /// The limits of a job of so many calls or tests. Before each of them the program may have to be loaded, since the
    /// one before may have taken the interpreter with it.
    pub(crate) fn of_steps(&self, steps: usize) -> Limits {
        let times = steps.saturating_mul(2);
        self.limits(self.each(times), Some(self.each(1)), times)
    }

    fn limits(&self, budget: Budget, step: Option<Budget>, times: usize) -> Limits {
        let wall = Duration::from_secs_f64((self.seconds * times as f64 * WALL_FACTOR).max(LEAST_WALL));
        let limits = Limits { budget, step, wall, ..Limits::default() };
        Limits { memory: self.memory << 20, output: self.output << 10, ..limits }
    }

    /// So many times what a test may use.
    fn each(&self, times: usize) -> Budget {
        match self.fuel {
            Some(fuel) => Budget::Fuel(fuel.saturating_mul(times as u64)),
            None => time(self.seconds * times as f64),
        }
    }
}

fn time(seconds: f64) -> Budget {
    Budget::Time(Duration::from_secs_f64(seconds))
}
