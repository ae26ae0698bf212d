//! `transform.python`: a function of the user's own, row in, rows out.

mod columns;
mod function;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, RowOperator, RowWorker,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Base, Cell, Emit, Row};
use indexmap::IndexMap;
use sandbox::Pool;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::columns::ColumnType;

use self::function::{Function, Given};
use crate::complaints;
use crate::python::{Engine, PythonValue, TestLimits};
use crate::row::identified;

/// Calls a Python function of the manifest's for each row.
///
/// # What it does
/// Calls `function` with a dictionary of the row's columns, in a pristine sandbox for each row: what it does to globals,
/// to modules or to its input is gone with the next. There are no files, no network and no third-party modules; with
/// `engine: {process: {python: .venv/bin/python}}` there are those of that environment, in a process for each row.
///
/// A dictionary that it gives back becomes a row with the same `id`; a list or generator of dictionaries becomes as many
/// rows, each with an id made of the row's; `None` gives no row. The keys must be those of `columns`, the values of the
/// types that stand there; null is allowed everywhere. With `keep` the input's other columns pass through. Where `rows`
/// names a row type, operators take the rows that take only that type.
///
/// A row for which the function raises, or gives something else, has no result; the node goes on and reports it. Code
/// that cannot be loaded fails the node. The code is part of the node's identity: after a change the rows are worked
/// again.
///
/// # Why
/// A parser, a filter or a score of ten lines, without recompiling anything, and without trusting it with the machine.
///
/// # Example
/// ```yaml
/// parsed:
///   op: transform.python
///   inputs: answers
///   with:
///     columns: {answer: integer, steps: {list: text}}
///     code: |
///       def transform(row):
///           steps = row["completion"].splitlines()
///           return {"answer": int(steps[-1]), "steps": steps[:-1]}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Python {
    /// The code that defines the function.
    #[serde(default)]
    pub code: Option<String>,
    /// A file with the code, in place of `code`.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub file: Option<String>,
    /// The function's name.
    #[serde(default = "default_function")]
    #[schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    pub function: String,
    /// The columns that it gives: `text`, `integer`, `float`, `boolean`, or `{list: text}` and so on.
    pub columns: IndexMap<String, ColumnType>,
    /// Whether the input's other columns pass through.
    #[serde(default = "default_keep")]
    pub keep: bool,
    /// The row type that comes out, such as `Preference`: its columns have to be there, and what it does not allow to be
    /// null must not be given as null. Rows without a type where it is not said.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub rows: Option<String>,
    /// What the function may use for a row.
    #[serde(default)]
    pub limits: TestLimits,
    /// Where the function runs.
    #[serde(default)]
    pub engine: Engine,
}

fn default_function() -> String {
    "transform".to_owned()
}

fn default_keep() -> bool {
    true
}

/// The function, and the interpreters that it is called in.
pub struct Transformer {
    config: Python,
    required: Vec<String>,
    function: Function,
    pool: Arc<Pool>,
}

impl Operator for Python {
    const NAME: &'static str = "transform.python";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows that the function is called for.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "The row type `rows`, or none: `columns`, and with `keep` the input's other columns.";
        vec![OutputPort::new("rows", "What the function gave, in order.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.engine.check(&self.limits);
        if self.code.is_some() == self.file.is_some() {
            let message = "give the function in `code` or in a `file`, one of the two";
            let path = if self.code.is_some() { vec!["file"] } else { Vec::new() };
            complaints.push(Complaint::parameter("operator::parameters", &path, message, "which one?"));
        }
        if self.columns.contains_key("id") {
            let message = "`id` is not the function's to give: it is made of the row's";
            complaints.push(Complaint::parameter("operator::parameters", &["columns", "id"], message, "made already"));
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let rows = complaints::port_type(inputs, "rows").map(|rows| columns::port_type(self, &rows)).transpose()?;
        Ok([("rows".to_owned(), rows)].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        let code = self.file.iter().map(|file| FileParameter::required("file", file.clone()));
        code.chain(self.engine.file()).collect()
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        self.engine.prepare(context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        self.engine.identities(files)
    }
}

impl RowOperator for Python {
    const ROWS: &'static str = "rows";
    type Worker = Transformer;

    fn open(&self, _inputs: &Inputs, context: &Context) -> Result<Transformer, Fault> {
        let code = match &self.code {
            Some(code) => code.clone(),
            None => read(context.files("file")?)?,
        };
        let pool = self.engine.pool(context, self.limits.metering())?;
        let function = Function::new(&code, &self.function, self.limits);
        Ok(Transformer { config: self.clone(), required: columns::required(self), function, pool })
    }
}

fn read(files: &[std::path::PathBuf]) -> Result<String, Fault> {
    let [file] = files else { return Err(Fault::node("`file` must name one file")) };
    std::fs::read_to_string(file).map_err(|error| Fault::node(format!("{}: {error}", file.display())))
}

impl Transformer {
    fn cells(&self, given: &PythonValue) -> Result<Vec<(String, Cell)>, Fault> {
        let cells = columns::cells(&self.config.columns, given)?;
        match cells.iter().find(|(name, cell)| *cell == Cell::Null && self.required.contains(name)) {
            Some((name, _)) => Err(Fault::row(format!("the function gave no `{name}`, which must not be null"))),
            None => Ok(cells),
        }
    }
}

#[async_trait]
impl RowWorker for Transformer {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let base = if self.config.keep { Base::Input } else { Base::Blank };
        match self.function.call(&self.pool, row).await? {
            Given::One(value) => {
                let mut cells = self.cells(&value)?;
                cells.push(("id".to_owned(), Cell::Text(row.id().to_owned())));
                emit.push("rows", base, cells);
            }
            Given::Many(values) => {
                for (value, number) in values.iter().zip(0..) {
                    let mut cells = self.cells(value)?;
                    cells.push(("id".to_owned(), Cell::Text(context.child_id([row.id()], number))));
                    emit.push("rows", base, cells);
                }
            }
        }
        Ok(())
    }
}

engine::operator!(row Python);
