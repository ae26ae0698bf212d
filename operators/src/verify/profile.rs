//! `verify.profile`: what programs use on their tests.

mod cells;
mod usage;

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Emit, Row};
use sandbox::{Measure, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::usage::TestUsage;
use super::compare::Compare;
use super::program::{Extract, Programs};
use super::runner::Runner;
use super::subjects::{Subject, Subjects};
use super::suite::Test;
use super::{jobs, judge, verdict};
use crate::python::{Engine, TestLimits};

/// Runs programs on their tests and measures what they use.
///
/// # What it does
/// Gives each program on with its verdict, as `verify.execute` does, and with what it used on average over the tests
/// that it passed: `fuel`, `memory`, and with `repeats` also `cpu_seconds` and `wall_seconds`. They are null for a
/// program that passed none. `results` has the same for each test, null for one that was not passed.
///
/// - `fuel` counts the instructions of the interpreter's WebAssembly. It is the same on every machine, under any load
///   and in every repeat, and takes the place of the processor's instruction count, which ORPS measures.
/// - `memory` is the most bytes that the program's objects took, found in a further run, since counting slows it down.
///   It is the same everywhere too, with the sizes that objects have on 32 bits.
/// - `cpu_seconds` and `wall_seconds` are medians over `repeats` runs of each passed test; `cpu_spread` and
///   `wall_spread` are how far the runs lie apart. Sleeping takes no time here.
///
/// Branch misses and page faults, which ORPS measures beside these, do not exist here: programs do not run on the
/// processor itself.
///
/// Each test has an interpreter of its own, so that none finds what an earlier one left. What is counted is what the
/// program does for the test: neither that it is loaded for a `call` or an `assert`, nor that a script is compiled. The
/// clock takes the latter in, with the tenth of a millisecond that it takes to ask.
///
/// The clock gives other numbers every time. With `repeats` the result is kept like any other, and stays what it was on
/// the machine and under the load of its first run; parts that are computed later, after an interruption or for new
/// rows, are measured then. Use `fuel` for what is trained on or compared between runs. For a quiet clock let nothing
/// run beside: `run: {concurrency: 1}`.
///
/// # Why
/// Of two programs that are right the one that does less is better. Search as in ORPS (arXiv 2412.15118) ranks by it
/// and shows it to the model.
///
/// # Example
/// ```yaml
/// profiles:
///   op: verify.profile
///   inputs: {programs: answers, problems: problems}
///   with: {code: completion, extract: first_block, limits: {fuel: 5000000000}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The column with the program. Default: the first there is of `code`, `completion`, `solution`.
    #[serde(default)]
    pub code: Option<String>,
    /// What of that text is the program.
    #[serde(default)]
    pub extract: Extract,
    /// Whether the problem's `starter` is put before the program, which then is its continuation.
    #[serde(default)]
    pub continues_starter: bool,
    /// How what a program gives is compared with what is expected.
    #[serde(default)]
    pub compare: Compare,
    /// How often each passed test is run by the clock. Where it is not said the clock is not asked, and the result is
    /// the same on every machine.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    pub repeats: Option<usize>,
    /// Whether memory is measured, which takes one more and slower run of each passed test.
    #[serde(default = "default_memory")]
    pub memory: bool,
    /// What a program may use for a test. The totals hold for each test's first run; repeats do not count.
    #[serde(default)]
    pub limits: TestLimits,
}

fn default_memory() -> bool {
    true
}

/// Programs and their tests, and the interpreters that they are measured in.
pub struct Profiler {
    repeats: Option<usize>,
    memory: bool,
    subjects: Subjects,
    runner: Runner,
}

impl Operator for Profile {
    const NAME: &'static str = "verify.profile";
    /// 2: the status `misnamed`. 3: `passed` is null where nothing can be said.
    const VERSION: u32 = 3;

    fn inputs() -> Vec<InputPort> {
        Subjects::inputs()
    }

    fn outputs() -> Vec<OutputPort> {
        let profiles = OutputType::Extends("programs", PortType::rows("Profile"));
        vec![OutputPort::new("profiles", "Each program with what it used, in order.", profiles)]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.limits.check();
        complaints.extend(Subjects::check(&self.programs(), inputs));
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        Engine::Sandbox.prepare(context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        judge::identities(&Engine::Sandbox, files)
    }
}

impl Profile {
    fn programs(&self) -> Programs {
        let Self { code, extract, continues_starter, .. } = self.clone();
        Programs { code, extract, continues_starter }
    }
}

impl RowOperator for Profile {
    const ROWS: &'static str = "programs";
    const PART_ROWS: usize = 1024;
    type Worker = Profiler;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Profiler, Fault> {
        Ok(Profiler {
            repeats: self.repeats,
            memory: self.memory,
            subjects: Subjects::open(self.programs(), inputs)?,
            runner: Runner::counting_fuel(context, self.compare, self.limits)?,
        })
    }
}

#[async_trait]
impl RowWorker for Profiler {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let Subject { program, suite } = self.subjects.of(row)?;
        let usages = match program {
            Some(program) => self.usages(&program, &suite.tests).await?,
            None => Vec::new(),
        };
        let mut cells = verdict::cells(usages.iter().map(|usage| &usage.result), suite.tests.len());
        cells.extend(cells::of(&usages));
        emit.push("profiles", Base::Input, cells);
        Ok(())
    }
}

impl Profiler {
    async fn usages(&self, program: &str, tests: &[Test]) -> Result<Vec<TestUsage>, Fault> {
        let mut usages = Vec::with_capacity(tests.len());
        let mut rest = self.runner.rest();
        for test in tests {
            let job = jobs::alone(program, test, Measure::Run);
            let outcome = self.runner.within(&mut rest, job, std::slice::from_ref(test)).await?;
            let mut usage = TestUsage::of(self.runner.result(outcome.as_ref(), test));
            if let (Some(outcome), false) = (outcome, usage.result.is_failure()) {
                self.measure(program, test, &outcome, &mut usage).await?;
            }
            usages.push(usage);
        }
        Ok(usages)
    }

    /// Runs a test that was passed as often as it takes to know all of it.
    async fn measure(&self, program: &str, test: &Test, first: &Outcome, usage: &mut TestUsage) -> Result<(), Fault> {
        let run = async |measure| self.runner.unbounded(jobs::alone(program, test, measure), test).await;
        usage.set_fuel(first, &run(Measure::Overhead).await?);
        for _ in 0..self.repeats.unwrap_or(0) {
            usage.add_time(&run(Measure::Run).await?);
        }
        if self.memory {
            usage.set_memory(&run(Measure::Heap).await?);
        }
        Ok(())
    }
}

engine::operator!(row Profile);
