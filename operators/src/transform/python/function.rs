//! The call of a user's function for a row, and what came of it.

use engine::operator::Fault;
use engine::row::Row;
use sandbox::{Call, Ending, Job, Outcome, Pool, Task};

use crate::python::ending::words;
use crate::python::value::of_cell;
use crate::python::{PythonValue, TestLimits, interpreter};

/// Stands behind the user's code: gives one dictionary as `[true, it]`, any number of them as `[false, them]`.
const ADAPTER: &str = "


def __rows(function, row):
    given = function(row)
    if given is None:
        return [False, []]
    if isinstance(given, dict):
        return [True, given]
    return [False, list(given)]
";

/// A user's function.
pub(super) struct Function {
    program: String,
    call: String,
    limits: TestLimits,
}

/// What it gave for a row.
pub(super) enum Given {
    /// A dictionary.
    One(PythonValue),
    /// Any number of them.
    Many(Vec<PythonValue>),
}

impl Function {
    pub(super) fn new(code: &str, name: &str, limits: TestLimits) -> Self {
        let call = format!("(lambda row: __rows({name}, row))");
        Self { program: format!("{code}{ADAPTER}"), call, limits }
    }

    /// Calls it for a row.
    pub(super) async fn call(&self, pool: &Pool, row: &Row) -> Result<Given, Fault> {
        let columns = row.cells().map(|(name, cell)| (PythonValue::Text(name.to_owned()), of_cell(&cell)));
        let row = PythonValue::Dict(columns.collect()).to_notation();
        let call = Call { function: self.call.clone(), arguments: vec![row] };
        let job = Job::new(self.program.as_str(), Task::Calls(vec![call]));
        // The engine bounds how many rows are under way, and must not be held up by one of them.
        let outcome =
            pool.submit_beyond(job, self.limits.of_run()).await.map_err(|error| interpreter::fault(&error))?;
        given(outcome)
    }
}

fn given(outcome: Outcome) -> Result<Given, Fault> {
    if let (true, Some(told)) = (outcome.replies.is_empty(), words(&outcome.ending)) {
        return Err(Fault::node(format!("the code cannot be loaded: {told}")));
    }
    let reply = outcome.replies.into_iter().next().ok_or_else(|| Fault::infrastructure("the call has no reply"))?;
    match (words(&reply.ending), &reply.ending) {
        (None, _) => {}
        (Some(told), Ending::Unsupported { .. }) => return Err(Fault::node(told)),
        (Some(told), _) => return Err(Fault::row(told)),
    }
    let value = PythonValue::from_notation(&reply.value.unwrap_or_default()).map_err(Fault::row)?;
    match value {
        PythonValue::List(pair) => match <[PythonValue; 2]>::try_from(pair) {
            Ok([PythonValue::Bool(true), one]) => Ok(Given::One(one)),
            Ok([_, PythonValue::List(many)]) => Ok(Given::Many(many)),
            _ => Err(Fault::row("the function's answer was tampered with")),
        },
        _ => Err(Fault::row("the function's answer was tampered with")),
    }
}
