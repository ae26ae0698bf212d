//! `score.static`: how simple a program is, by its text alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Emit, Row};
use sandbox::{Budget, Job, Limits, Metering, Pool, Task};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::counts::Counts;
use crate::complaints;
use crate::python::ending::words;
use crate::python::{Engine, code, interpreter};
use crate::row::identified;
use crate::verify::Extract;

mod columns;
mod counts;

/// Scores how simple a program is: its size and its complexity, without running it.
///
/// # What it does
/// Reads each row's program with Python's own parser, in the sandbox, and gives the row on with these columns:
///
/// - `ast_nodes` and `code_lines`: nodes of the syntax tree, and lines.
/// - `cyclomatic_by_block`: radon's cyclomatic complexity of each function, class and method, by bare name; of equal
///   names the last counts. `cyclomatic` is their mean.
/// - `cognitive_by_function`: the cognitive complexity of each function, as the package `cognitive_complexity` counts
///   it, by qualified name. `cognitive` is their mean.
/// - `static_score`: from 0 to 1, more is simpler:
///   `(1/(1 + ast_nodes/100) + 1/(1 + cyclomatic) + 1/(1 + cognitive/10) + 1/(1 + code_lines/50)) / 4`.
/// - `static_reason`: why a score is missing. A program that Python cannot parse has no counts, one without a function
///   has no `cognitive` and no score.
///
/// Counted is a cleaned text: without comments, without the constant (mostly a docstring) that a module, class or
/// function begins with, formatted by `ast.unparse`. All of this is as in ORPS, whose static score it is, oddities
/// included: functions that are `async`, or that stand in an `else`, `except`, `finally` or `case`, have no cognitive
/// complexity. Two things differ: a function of which nothing is left after cleaning counts as `pass`, where ORPS
/// drops the program; and what is the program in a text is up to `extract`.
///
/// # Why
/// Of programs that pass their tests the simpler one is often the better one: ORPS ranks candidates by this and by
/// what their runs cost.
///
/// # Example
/// ```yaml
/// scored: {op: score.static, inputs: answers, with: {code: completion, extract: first_block}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Static {
    /// The column with the program. Default: the first there is of `code`, `completion`, `solution`.
    #[serde(default)]
    pub code: Option<String>,
    /// What of that text is the program.
    #[serde(default)]
    pub extract: Extract,
}

/// What the parser may use, far beyond any program that a person would score. Fuel, so that a score never depends on
/// the machine.
const FUEL: u64 = 20_000_000_000;

/// What is said where a text has no program.
const NO_PROGRAM: &str = "there is no program in the text";

/// Scores programs.
pub struct Scorer {
    config: Static,
    pool: Arc<Pool>,
}

impl Operator for Static {
    const NAME: &'static str = "score.static";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows with programs.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "The input's type, with the columns of the score.";
        vec![OutputPort::new("rows", "Each row with its score, in order.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        if let Some(schema) = complaints::columns(inputs, "rows") {
            code::complaint(self.code.as_deref(), "rows", schema).map_or(Ok(()), |complaint| Err(vec![complaint]))?;
        }
        let rows = complaints::port_type(inputs, "rows").map(|rows| columns::added_to(&rows));
        Ok([("rows".to_owned(), rows)].into())
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        Engine::Sandbox.prepare(context)
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        interpreter::identities()
    }
}

impl RowOperator for Static {
    const ROWS: &'static str = "rows";
    type Worker = Scorer;

    fn open(&self, _inputs: &Inputs, context: &Context) -> Result<Scorer, Fault> {
        Ok(Scorer { config: self.clone(), pool: interpreter::pool(context, Metering::Fuel)? })
    }
}

#[async_trait]
impl RowWorker for Scorer {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let counted = match self.program(row) {
            Some(program) => self.count(&program).await?,
            None => Err(NO_PROGRAM.to_owned()),
        };
        emit.keep_with("rows", columns::cells(counted.as_ref()));
        Ok(())
    }
}

impl Scorer {
    fn program(&self, row: &Row) -> Option<String> {
        let column = code::column(self.config.code.as_deref(), row.batch().schema_ref())?;
        self.config.extract.from(row.text(column)?)
    }

    /// The counts of a program, or why there are none.
    async fn count(&self, program: &str) -> Result<Result<Counts, String>, Fault> {
        let limits = Limits { budget: Budget::Fuel(FUEL), ..Limits::default() };
        // The engine bounds how many rows are under way, and must not be held up by one of them.
        let ticket = self.pool.submit_beyond(Job::new(program, Task::Metrics), limits);
        let outcome = ticket.await.map_err(|error| interpreter::fault(&error))?;
        match (words(&outcome.ending), outcome.report) {
            (Some(told), _) => Ok(Err(told)),
            (None, Some(report)) => Counts::read(report).map(Ok),
            (None, None) => Err(Fault::infrastructure("the sandbox counted nothing")),
        }
    }
}

engine::operator!(row Static);
