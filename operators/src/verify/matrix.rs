//! `verify.matrix`: every program of a problem on every test of it.

mod check;
mod problem_tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, RowOperator, RowWorker, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Cell, Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::problem_tests::{ProblemTests, Tests};
use super::compare::Compare;
use super::jobs::Run;
use super::judge;
use super::problems::{Problems, problem_id};
use super::program::{Extract, Programs};
use super::runner::Runner;
use super::status::Status;
use crate::python::{Engine, TestLimits};
use crate::row::of_problems;

/// Runs every program of a problem on every test of it.
///
/// # What it does
/// Takes tests that may be wrong, such as a model's, and gives each program on with its row of the problem's matrix:
/// `test_ids`, `test_counts`, `statuses` and `passes`, one entry a test. All rows of a problem have the same tests in
/// the same order, so that the rows of one `problem_id`, put one under the other, are the matrix.
///
/// A row of `tests` belongs to the problem that its `problem_id` names and brings one `test`, or a list of `tests`. A
/// test is a mapping of `kind`, `input` and `output`, as a `Problem` has them, or a text, which is a script of
/// assertions. Tests that ask the same of a program are one, run once, and counted in `test_counts`. One assertion a
/// test tells most. A test that is none (a script that is no Python, a call whose arguments are no JSON) is an
/// `invalid_test` for every program, and neither passed nor failed.
///
/// Each program is loaded once and meets the problem's tests one after another, in an interpreter of its own, as
/// `verify.execute` runs them. A test that hangs, or takes the interpreter with it, costs its own entry: the program is
/// loaded again for the next. What a script defines is gone for the next one; what the program keeps in variables of
/// its own is not. `limits` bound each test and, with `total_fuel` or `total_seconds`, all tests of a program.
///
/// `problems` gives what tests and programs lack: the `entry` that a `call` names, and the `starter`. A problem without
/// tests gives its programs empty lists: there is nothing to choose by.
///
/// A row is a program and not a problem, so that a run that is interrupted goes on after its last program, one more
/// program costs its own row alone, and a program that uses up its limits keeps no other waiting. More tests change
/// every row of their problem.
///
/// # Why
/// Tests that a model wrote cannot tell right from wrong by themselves, but their agreement with the programs can:
/// CodeT (arXiv 2207.10397) and B4 (arXiv 2409.08692) choose the programs that pass the same tests.
///
/// # Example
/// ```yaml
/// matrix:
///   op: verify.matrix
///   inputs: {programs: answers, tests: written, problems: problems}
///   with: {code: completion, extract: last_block, limits: {fuel: 2000000000, total_fuel: 50000000000}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
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
    /// What a program may use.
    #[serde(default)]
    pub limits: TestLimits,
    /// Where programs run.
    #[serde(default)]
    pub engine: Engine,
}

/// All problems' tests, and the interpreters that the programs meet them in.
pub struct Matcher {
    programs: Programs,
    problems: Option<Problems>,
    tests: Tests,
    runner: Runner,
}

impl Operator for Matrix {
    const NAME: &'static str = "verify.matrix";
    /// 2: the status `misnamed`.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("programs", "The programs.", of_problems()),
            InputPort::one("tests", "The tests: one `test` a row, or a list of `tests`.", of_problems()),
            InputPort::optional("problems", "The problems that both belong to.", PortType::rows("Problem")),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let matrix = OutputType::Extends("programs", PortType::rows("Matrix"));
        vec![OutputPort::new("matrix", "Each program with its row of the matrix, in order.", matrix)]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.engine.check(&self.limits);
        complaints.extend(check::columns(&self.programs(), inputs));
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn files(&self) -> Vec<FileParameter> {
        self.engine.file().into_iter().collect()
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        self.engine.prepare(context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        judge::identities(&self.engine, files)
    }
}

impl Matrix {
    fn programs(&self) -> Programs {
        let Self { code, extract, continues_starter, .. } = self.clone();
        Programs { code, extract, continues_starter }
    }
}

impl RowOperator for Matrix {
    const ROWS: &'static str = "programs";
    const PART_ROWS: usize = 1024;
    type Worker = Matcher;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Matcher, Fault> {
        let problems = Problems::of(inputs)?;
        let runner = Runner::open(context, &self.engine, self.compare, self.limits)?;
        let tests = Tests::read(inputs.table("tests")?, problems.as_ref(), &runner)?;
        Ok(Matcher { programs: self.programs(), problems, tests, runner })
    }
}

#[async_trait]
impl RowWorker for Matcher {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let tests = self.tests.of(problem_id(row)?)?;
        let statuses = self.statuses(row, tests).await?;
        let cells = [
            ("problem_id", problem_id(row)?.into()),
            ("test_ids", tests.ids.clone().into()),
            ("test_counts", tests.counts.clone().into()),
            ("statuses", Cell::List(statuses.iter().map(|status| status.name().into()).collect())),
            ("passes", Cell::List(statuses.iter().map(|status| status.verdict().into()).collect())),
        ];
        emit.keep_with("matrix", cells);
        Ok(())
    }
}

impl Matcher {
    /// How a program did on each of its problem's tests.
    async fn statuses(&self, row: &Row, tests: &ProblemTests) -> Result<Vec<Status>, Fault> {
        let problem = self.problems.as_ref().map(|problems| problems.named_by(row)).transpose()?;
        let starter = problem.as_ref().unwrap_or(row).text("starter");
        let found = match self.programs.of(row, starter) {
            Some(program) => self.runner.results(&program, &tests.tests, Run::All).await?,
            None => Vec::new(),
        };
        // A text without a program is none for any test.
        let found = found.iter().map(|result| result.status).chain(std::iter::repeat(Status::CompileError));
        let mut statuses = vec![Status::InvalidTest; tests.ids.len()];
        for (place, status) in tests.places.iter().zip(found) {
            statuses[*place] = status;
        }
        Ok(statuses)
    }
}

engine::operator!(row Matrix);
