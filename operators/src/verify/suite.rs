//! A problem's tests, as a row has them.

use engine::operator::Fault;
use engine::row::{Cell, Row};
use sandbox::Call;

use crate::python::PythonValue;

/// A problem's tests.
#[derive(Clone, Debug)]
pub(super) struct Suite {
    /// Code that a program begins with, where it is asked for.
    pub(super) starter: Option<String>,
    pub(super) tests: Vec<Test>,
}

/// One test.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Calls a function; what it gives back is compared.
    Call { call: Call, expected: PythonValue },
    /// Runs the program; what it writes is compared.
    Stdin { input: String, expected: String },
    /// A script that raises where the program is wrong.
    Assert(String),
}

impl Suite {
    /// The tests in the columns `tests`, `entry` and `starter`.
    pub(super) fn of(row: &Row) -> Result<Self, Fault> {
        let Cell::List(tests) = row.cell("tests") else { return Err(Fault::row("the column `tests` is null")) };
        if tests.is_empty() {
            return Err(Fault::row("there is no test, so that any program would pass"));
        }
        let entry = row.text("entry");
        let tests = tests.iter().enumerate().map(|(index, test)| {
            Test::of(test, entry).map_err(|message| Fault::row(format!("test {}: {message}", index + 1)))
        });
        Ok(Self { starter: row.text("starter").map(str::to_owned), tests: tests.collect::<Result<_, _>>()? })
    }
}

impl Test {
    fn of(test: &Cell, entry: Option<&str>) -> Result<Self, String> {
        let input = text(test, "input").ok_or("`input` is null")?;
        let expected = || text(test, "output").ok_or("`output` is null");
        match text(test, "kind") {
            Some("stdin") => Ok(Self::Stdin { input: input.to_owned(), expected: expected()?.to_owned() }),
            Some("assert") => Ok(Self::Assert(input.to_owned())),
            Some("call") => {
                let function = entry.ok_or("it calls a function, but `entry` is null")?.to_owned();
                let PythonValue::List(arguments) =
                    PythonValue::parse(input).map_err(|error| format!("`input`: {error}"))?
                else {
                    return Err("`input` must be a JSON list of arguments".to_owned());
                };
                let arguments = arguments.iter().map(PythonValue::to_notation).collect();
                let expected = PythonValue::parse(expected()?).map_err(|error| format!("`output`: {error}"))?;
                Ok(Self::Call { call: Call { function, arguments }, expected })
            }
            kind => Err(format!("`kind` must be call, stdin or assert, not {}", kind.unwrap_or("null"))),
        }
    }

    /// Whether both can be asked of one loaded program.
    pub(super) fn shares_program(&self, other: &Self) -> bool {
        use Test::{Assert, Call};
        matches!((self, other), (Call { .. }, Call { .. }) | (Assert(_), Assert(_)))
    }
}

fn text<'a>(test: &'a Cell, field: &str) -> Option<&'a str> {
    let Cell::Struct(fields) = test else { return None };
    fields.iter().find_map(|(name, value)| match value {
        Cell::Text(text) if name == field => Some(text.as_str()),
        _ => None,
    })
}
