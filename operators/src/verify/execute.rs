//! `verify.execute`: programs, run on their tests.

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, RowOperator, RowWorker, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Cell, Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compare::Compare;
use super::jobs::Run;
use super::judge::{self, TestResult};
use super::naming::Naming;
use super::program::{Extract, Programs};
use super::runner::Runner;
use super::subjects::{Subject, Subjects};
use super::verdict;
use crate::python::{Engine, TestLimits};

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
/// The verdict's status is that of the first test that was not passed: `failed`, `runtime_error`, `misnamed` where the
/// program defines nothing of the name that the test asks for, `compile_error`, `timeout`, `memory`, `output`,
/// `unsupported` where the program needs a module that the sandbox does not have, such as numpy, or `invalid_test` where an
/// `assert` is no Python. Those two say nothing of the program, and `passed` is null. A row without tests has no result,
/// since any program would pass. A machine that is too busy, or kills a program's process, is never a verdict: the row is
/// tried again.
///
/// For `call` and `assert` the program is loaded once and meets its tests one after another: what it keeps in variables
/// of its own lasts from one to the next. What a test script defines does not.
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
    /// What is called where the program does not define the problem's `entry`.
    #[serde(default)]
    pub naming: Naming,
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
    run: Run,
    subjects: Subjects,
    runner: Runner,
}

impl Operator for Execute {
    const NAME: &'static str = "verify.execute";
    /// 2: a test that is no Python is told apart from a program that is none; tests do not see each other's names;
    /// loading a program has a limit of its own. 3: the status `misnamed`. 4: `naming: lenient` finds methods; `passed` is null
    /// where nothing can be said.
    const VERSION: u32 = 4;

    fn inputs() -> Vec<InputPort> {
        Subjects::inputs()
    }

    fn outputs() -> Vec<OutputPort> {
        let verdicts = OutputType::Extends("programs", PortType::rows("Verdict"));
        vec![OutputPort::new("verdicts", "Each program with its verdict, in order.", verdicts)]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.engine.check(&self.limits);
        complaints.extend(Subjects::check(&self.programs(), inputs));
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

impl Execute {
    fn programs(&self) -> Programs {
        let Self { code, extract, continues_starter, .. } = self.clone();
        Programs { code, extract, continues_starter }
    }
}

impl RowOperator for Execute {
    const ROWS: &'static str = "programs";
    const PART_ROWS: usize = 1024;
    type Worker = Executor;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Executor, Fault> {
        let subjects = Subjects::open(self.programs(), inputs)?.naming(self.naming);
        let runner = Runner::open(context, &self.engine, self.compare, self.limits)?;
        Ok(Executor { run: self.run, subjects, runner })
    }
}

#[async_trait]
impl RowWorker for Executor {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let Subject { program, suite } = self.subjects.of(row)?;
        let results = match program {
            Some(program) => self.runner.results(&program, &suite.tests, self.run).await?,
            None => Vec::new(),
        };
        let mut cells = verdict::cells(results.iter(), suite.tests.len());
        cells.push(("results".to_owned(), Cell::List(results.iter().map(entry).collect())));
        emit.push("verdicts", Base::Input, cells);
        Ok(())
    }
}

/// One entry of `results`.
pub(super) fn entry(result: &TestResult) -> Cell {
    let TestResult { status, message, actual } = result.clone();
    Cell::structure([("status", status.name().into()), ("message", message.into()), ("actual", actual.into())])
}

engine::operator!(row Execute);
