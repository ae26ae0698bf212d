//! `verify.trace`: programs, run on their tests line by line.

mod cells;
mod report;

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Base, Emit, Row};
use sandbox::TraceOptions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compare::Compare;
use super::program::{Extract, Programs};
use super::runner::Runner;
use super::subjects::{Subject, Subjects};
use super::verdict::NO_PROGRAM;
use super::{jobs, judge};
use crate::complaints;
use crate::python::{Engine, TestLimits};

/// Runs programs on their tests and tells what every line did.
///
/// # What it does
/// Gives one row for each test of each program: `events` in their order, with the variables that each line changed;
/// `coverage`, how often each line ran; `branches`, how often each went which way; and how the test ended. The lines
/// are those of `code`, the program as it was taken from its text. The program's other columns pass through, but for
/// `tests`.
///
/// A `stdin` test traces the program as a script. A `call` traces the call alone, once the program is loaded and what
/// the method belongs to is made; its lines are those within functions. An `assert` traces what its script makes the
/// program do, and nothing of the script. Code of the library is never traced. Each test has an interpreter of its own.
///
/// A `line` event has the variables that the line changed, also where functions were called meanwhile: their events
/// come after it, one `depth` further in. So the value of a variable behind the `execution`-th run of a line is in that
/// event, or in the one that changed it before in the same `frame`. Values are what `repr` gives, without the addresses
/// in it, and an object whose class has no `__repr__` shows its attributes: `<Node value=1 next=None>`. `cut` marks a
/// value of more than `characters`, of which a change further behind may go unseen. Global variables show in the
/// module's frame.
///
/// After the last of `events` the program runs on without being traced, and a run that reaches a limit tells nothing of
/// its way: both have `cut`, and their coverage counts what was seen. Tracing itself counts towards `limits`. It makes
/// a line a hundred times as slow, and several hundred times with variables, so these should be wide.
///
/// # Why
/// Models learn what code does from what it did: which line comes next, what a variable holds, whether a line runs,
/// what comes out. CodeReasoner, CRUXEval and REval ask such questions; here are the answers to them.
///
/// # Example
/// ```yaml
/// traces:
///   op: verify.trace
///   inputs: programs
///   with: {code: code, tests: 1, events: 1000, limits: {fuel: 20000000000}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trace {
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
    /// How many of a program's tests are traced, from the first on; all where it is not said.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub tests: Option<usize>,
    /// How many events a trace has at most.
    #[serde(default = "default_events")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub events: usize,
    /// How many characters of a value are shown at most.
    #[serde(default = "default_characters")]
    #[schemars(range(min = 1, max = 100_000))]
    pub characters: usize,
    /// Whether variables are shown. Without them a trace is several times as fast.
    #[serde(default = "default_variables")]
    pub variables: bool,
    /// What a program may use for a test.
    #[serde(default)]
    pub limits: TestLimits,
}

fn default_events() -> usize {
    2000
}

fn default_characters() -> usize {
    200
}

fn default_variables() -> bool {
    true
}

/// Programs and their tests, and the interpreters that they are traced in.
pub struct Tracer {
    tests: usize,
    options: TraceOptions,
    subjects: Subjects,
    runner: Runner,
}

impl Operator for Trace {
    const NAME: &'static str = "verify.trace";
    /// 2: the status `misnamed`.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        Subjects::inputs()
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Trace`, and the other columns of `programs` but for `tests`.";
        vec![OutputPort::new("traces", "A trace for each test of each program, in order.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.limits.check();
        complaints.extend(Subjects::check(&self.programs(), inputs));
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let programs = complaints::port_type(inputs, "programs");
        Ok([("traces".to_owned(), programs.map(|programs| cells::port_type(&programs)))].into())
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        Engine::Sandbox.prepare(context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        judge::identities(&Engine::Sandbox, files)
    }
}

impl Trace {
    fn programs(&self) -> Programs {
        let Self { code, extract, continues_starter, .. } = self.clone();
        Programs { code, extract, continues_starter }
    }
}

impl RowOperator for Trace {
    const ROWS: &'static str = "programs";
    /// A trace is a hundred times the size of its program.
    const PART_ROWS: usize = 256;
    type Worker = Tracer;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Tracer, Fault> {
        let Self { events, characters, variables, .. } = *self;
        Ok(Tracer {
            tests: self.tests.unwrap_or(usize::MAX),
            options: TraceOptions { events, characters, variables },
            subjects: Subjects::open(self.programs(), inputs)?,
            runner: Runner::open(context, &Engine::Sandbox, self.compare, self.limits)?,
        })
    }
}

#[async_trait]
impl RowWorker for Tracer {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let Subject { program, suite } = self.subjects.of(row)?;
        let program = program.ok_or_else(|| Fault::row(NO_PROGRAM))?;
        let mut rest = self.runner.rest();
        for (test, number) in suite.tests.iter().zip(0_u64..).take(self.tests) {
            let job = jobs::traced(&program, test, self.options.clone());
            let outcome = self.runner.within(&mut rest, job, std::slice::from_ref(test)).await?;
            let result = self.runner.result(outcome.as_ref(), test);
            let mut cells = cells::of_run(&program, test, number, &result);
            cells.extend(cells::of_trace(outcome)?);
            cells.push(("program_id".to_owned(), row.id().into()));
            cells.push(("id".to_owned(), context.child_id([row.id()], number).into()));
            emit.push("traces", Base::Input, cells);
        }
        Ok(())
    }
}

engine::operator!(row Trace);
