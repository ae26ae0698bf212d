//! A term that a user's own function gives.

use engine::operator::Fault;
use engine::row::{Cell, Row};
use sandbox::{Call, Job, Task};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reading::Read;
use super::terms::Known;
use crate::python::PythonValue;
use crate::python::ending::words;
use crate::python::value::of_cell;
use crate::verify::Runner;

/// A function that says what an answer is worth, called in the sandbox.
///
/// It is given a dictionary: the problem's `statement` and further columns as `problem`, the `completion`, its `reasoning` and
/// `program` (or `None`), whether it is `formatted`, its verdict's `status`, the share of `tests` that it passes, and its
/// `tokens`. It gives a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PythonTerm {
    /// The code that defines the function.
    pub code: String,
    /// The function's name.
    #[serde(default = "default_function")]
    #[schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    pub function: String,
    /// How much its number counts.
    #[serde(default = "one")]
    pub weight: f64,
}

fn default_function() -> String {
    "score".to_owned()
}

fn one() -> f64 {
    1.0
}

impl PythonTerm {
    /// What an answer is worth. A function that raises, or gives no number, fails the training: a reward that is missing would
    /// be learned as one that is zero.
    pub(super) async fn of(
        &self,
        runner: &Runner,
        problem: &Row,
        completion: &str,
        read: &Read,
        known: &Known,
    ) -> Result<f64, Fault> {
        let job = Job::new(self.code.as_str(), Task::Calls(vec![self.call(problem, completion, read, known)]));
        let outcome = runner.run(job).await?;
        let fault = |told: String| Fault::node(format!("`terms.python`: {told}"));
        let Some(reply) = outcome.replies.into_iter().next() else {
            return Err(fault(words(&outcome.ending).unwrap_or_else(|| "the code cannot be loaded".to_owned())));
        };
        if let Some(told) = words(&reply.ending) {
            return Err(fault(told));
        }
        match PythonValue::from_notation(&reply.value.unwrap_or_default()).map_err(fault)? {
            PythonValue::Float(number) if number.is_finite() => Ok(number),
            PythonValue::Int(number) => number.to_string().parse().map_err(|_| fault(format!("{number} is too large"))),
            PythonValue::Bool(truth) => Ok(f64::from(u8::from(truth))),
            other => Err(fault(format!("`{}` gave {}, where a number is needed", self.function, other.to_notation()))),
        }
    }

    fn call(&self, problem: &Row, completion: &str, read: &Read, known: &Known) -> Call {
        let text = |text: &str| PythonValue::Text(text.to_owned());
        let maybe = |maybe: &Option<String>| maybe.as_deref().map_or(PythonValue::None, text);
        let columns = problem.cells().map(|(name, cell)| (text(name), of_cell(&cell)));
        let answer = [
            ("problem", PythonValue::Dict(columns.collect())),
            ("completion", text(completion)),
            ("reasoning", maybe(&read.reasoning)),
            ("program", maybe(&read.program)),
            ("formatted", PythonValue::Bool(known.formatted)),
            ("status", text(known.status.name())),
            ("tests", of_cell(&Cell::Float(known.tests))),
            ("tokens", of_cell(&Cell::Integer(known.tokens as i64))),
        ];
        let answer = PythonValue::Dict(answer.map(|(name, value)| (text(name), value)).into());
        Call { function: self.function.clone(), arguments: vec![answer.to_notation()] }
    }
}
