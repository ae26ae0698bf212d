//! `verify.execute`: programs, run on their tests.

use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, RowOperator, RowWorker, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Cell, Emit, Row};
use sandbox::Pool;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::problems::Problems;
use super::compare::Compare;
use super::judge::{Judge, Run, TestResult};
use super::program::Extract;
use super::status::Status;
use super::suite::Suite;
use crate::complaints;
use crate::python::{Engine, TestLimits, code};
use crate::row::identified;

mod check;
mod problems;

/// Runs programs on their tests.
///
/// # What it does
/// Runs each row's program in a pristine Python interpreter that has no files, no network, no environment and no other
/// processes, and gives the row on with a verdict: `passed`, `status`, `message`, `score`, `tests_passed`,
/// `tests_total`, and `results` with one entry a test.
///
/// A test of kind `stdin` runs the program and compares what it writes; `call` calls the function `entry` with a JSON
/// list of arguments and compares what it gives back; `assert` runs a script behind the program. What is expected stays
/// outside the interpreter for `stdin` and `call`, where no program can find it. Tests stand in the rows themselves, or
/// in `problems`, whose `id` the column `problem_id` names.
///
/// The verdict's status is that of the first test that was not passed: `failed`, `runtime_error`, `compile_error`,
/// `timeout`, `memory`, `output`, or `unsupported` where the program needs a module that the sandbox does not have, such
/// as numpy. A row without tests has no result, since any program would pass. A machine that is too busy is never a
/// verdict: the row is tried again.
///
/// The interpreter is CPython 3.14 for 32 bits: the order of sets and `sys.maxsize` differ from 64 bits. It is made
/// once on a machine, which takes a minute.
///
/// With `engine: process` each program runs in a process of this machine's own Python, behind walls that the Linux
/// kernel keeps: at native speed, and with the packages that are installed there, such as those of
/// `{process: {python: .venv/bin/python}}`. Version, platform and packages are then part of the node's identity, and a
/// verdict may depend on the machine. A kernel without such walls is refused.
///
/// # Why
/// Execution is the reward and the filter of every pipeline over code. Programs that nobody has read need a wall around
/// them, and a verdict that does not depend on the machine's load: limit by `fuel` what training will use.
///
/// # Example
/// ```yaml
/// verdicts:
///   op: verify.execute
///   inputs: {programs: answers, problems: problems}
///   with: {code: completion, extract: last_block, compare: livecodebench, limits: {seconds: 6}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Execute {
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
    /// What runs after a test that was not passed.
    #[serde(default)]
    pub run: Run,
    /// What a program may use.
    #[serde(default)]
    pub limits: TestLimits,
    /// Where programs run.
    #[serde(default)]
    pub engine: Engine,
}

/// Programs and their tests, and the interpreters that they meet in.
pub struct Executor {
    config: Execute,
    judge: Judge,
    pool: Arc<Pool>,
    problems: Option<Problems>,
}

impl Operator for Execute {
    const NAME: &'static str = "verify.execute";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("programs", "The programs, with their tests or the `problem_id` of these.", identified()),
            InputPort::optional("problems", "The problems whose tests the programs take.", PortType::rows("Problem")),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let verdicts = OutputType::Extends("programs", PortType::rows("Verdict"));
        vec![OutputPort::new("verdicts", "Each program with its verdict, in order.", verdicts)]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.engine.check(&self.limits);
        if let Some(schema) = complaints::columns(inputs, "programs") {
            complaints.extend(check::columns(self, schema, inputs.contains_key("problems")));
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn files(&self) -> Vec<FileParameter> {
        self.engine.file().into_iter().collect()
    }

    fn identities(&self, files: &ExternalFiles) -> std::collections::BTreeMap<String, String> {
        let compare = ("compare".to_owned(), Compare::VERSION.to_string());
        self.engine.identities(files).into_iter().chain([compare]).collect()
    }
}

impl RowOperator for Execute {
    const ROWS: &'static str = "programs";
    const PART_ROWS: usize = 1024;
    type Worker = Executor;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Executor, Fault> {
        let problems = inputs.table("problems").ok().map(Problems::read).transpose()?;
        let judge = Judge { compare: self.compare, limits: self.limits, run: self.run };
        Ok(Executor { config: self.clone(), judge, pool: self.engine.pool(context, self.limits.metering())?, problems })
    }
}

#[async_trait]
impl RowWorker for Executor {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let suite = match &self.problems {
            Some(problems) => problems.suite(row)?,
            None => Suite::of(row)?,
        };
        let results = match self.program(row, &suite) {
            Some(program) => self.judge.results(&self.pool, &program, &suite.tests).await?,
            None => Vec::new(),
        };
        emit.keep_with("verdicts", cells(&results, suite.tests.len()));
        Ok(())
    }
}

impl Executor {
    /// The program; none where the row's text has none.
    fn program(&self, row: &Row, suite: &Suite) -> Option<String> {
        let text = row.text(code::column(self.config.code.as_deref(), row.batch().schema_ref())?)?;
        let program = self.config.extract.from(text)?;
        match &suite.starter {
            Some(starter) if self.config.continues_starter => Some(format!("{starter}{program}")),
            _ => Some(program),
        }
    }
}

/// The columns of a verdict.
fn cells(results: &[TestResult], tests: usize) -> [(&'static str, Cell); 7] {
    let passed = results.iter().filter(|result| !result.is_failure()).count();
    let (status, message) = match results.iter().find(|result| result.is_failure()) {
        Some(failure) => (failure.status, failure.message.clone()),
        // Counted, so that nothing that was not run can pass.
        None if passed == tests => (Status::Passed, None),
        None => (Status::CompileError, Some("there is no program in the text".to_owned())),
    };
    let text = |text: &Option<String>| text.clone().map_or(Cell::Null, Cell::Text);
    let entry = |result: &TestResult| {
        let fields = [("message", text(&result.message)), ("actual", text(&result.actual))];
        let status = ("status", Cell::Text(result.status.name().to_owned()));
        Cell::Struct([status].into_iter().chain(fields).map(|(name, cell)| (name.to_owned(), cell)).collect())
    };
    let count = |count: usize| Cell::Integer(count as i64);
    [
        ("passed", Cell::Boolean(status == Status::Passed)),
        ("status", Cell::Text(status.name().to_owned())),
        ("message", text(&message)),
        ("score", Cell::Float(passed as f64 / tests as f64)),
        ("tests_passed", count(passed)),
        ("tests_total", count(tests)),
        ("results", Cell::List(results.iter().map(entry).collect())),
    ]
}

engine::operator!(row Execute);
