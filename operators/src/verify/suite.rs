//! A problem's tests, as a row has them.
//!
//! Owns the three kinds of tests and how each is read. Knows no sandbox but for what a call is.

use engine::operator::Fault;
use engine::row::{Cell, Row};
use sandbox::Call;
use serde_json::Value;

use crate::python::PythonValue;

/// A problem's tests.
#[derive(Clone, Debug)]
pub(crate) struct Suite {
    /// Code that a program begins with, where it is asked for.
    pub(super) starter: Option<String>,
    pub(crate) tests: Vec<Test>,
}

/// One test.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// Calls a function; what it gives back is compared.
    Call { call: Call, expected: PythonValue },
    /// Runs the program; what it writes is compared.
    Stdin { input: String, expected: String },
    /// A script that raises where the program is wrong.
    Assert(String),
}

/// A test in words: the same for tests that ask the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wording {
    pub(super) kind: &'static str,
    /// The function that is called.
    pub(super) entry: Option<String>,
    /// Standard input, a list of arguments, or a script.
    pub(super) input: String,
    pub(super) output: Option<String>,
}

/// Why something is no test.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoTest {
    /// The test is right, but what it calls is not known.
    #[error("it calls a function, but `entry` is null")]
    NoEntry,
    /// The test itself is wrong.
    #[error("{0}")]
    Unreadable(String),
}

impl Suite {
    /// The tests in the columns `tests`, `entry` and `starter`.
    pub(crate) fn of(row: &Row) -> Result<Self, Fault> {
        let Cell::List(tests) = row.cell("tests") else { return Err(Fault::row("the column `tests` is null")) };
        if tests.is_empty() {
            return Err(Fault::row("there is no test, so that any program would pass"));
        }
        let entry = row.text("entry");
        let tests = tests.iter().enumerate().map(|(index, test)| {
            Test::of(test, entry).map_err(|error| Fault::row(format!("test {}: {error}", index + 1)))
        });
        Ok(Self { starter: row.text("starter").map(str::to_owned), tests: tests.collect::<Result<_, _>>()? })
    }
}

impl Test {
    /// Reads a test: `kind`, `input` and `output`; a text alone is a script.
    pub(super) fn of(test: &Cell, entry: Option<&str>) -> Result<Self, NoTest> {
        let unreadable = |message: &str| NoTest::Unreadable(message.to_owned());
        if let Cell::Text(script) = test {
            return Ok(Self::Assert(script.clone()));
        }
        let kind = text(test, "kind");
        let input = || text(test, "input").ok_or_else(|| unreadable("`input` is null"));
        let output = || text(test, "output").ok_or_else(|| unreadable("`output` is null"));
        match kind {
            Some("stdin") => Ok(Self::Stdin { input: input()?.to_owned(), expected: output()?.to_owned() }),
            Some("assert") => Ok(Self::Assert(input()?.to_owned())),
            Some("call") => Self::call_of(input()?, output()?, entry.ok_or(NoTest::NoEntry)?),
            kind => {
                let kind = kind.unwrap_or("null");
                Err(NoTest::Unreadable(format!("`kind` must be call, stdin or assert, not {kind}")))
            }
        }
    }

    /// What a test asks of a program before it is known what is expected: of the function `entry`, called with a JSON
    /// list of arguments, or where there is none, of the program, which reads `input`.
    pub(crate) fn asking(entry: Option<&str>, input: &str) -> Result<Self, String> {
        match entry {
            Some(entry) => Self::call_of(input, "null", entry).map_err(|error| error.to_string()),
            None => Ok(Self::Stdin { input: input.to_owned(), expected: String::new() }),
        }
    }

    fn call_of(input: &str, output: &str, entry: &str) -> Result<Self, NoTest> {
        let parse = |field: &str, text: &str| {
            PythonValue::parse(text).map_err(|error| NoTest::Unreadable(format!("`{field}`: {error}")))
        };
        let PythonValue::List(arguments) = parse("input", input)? else {
            return Err(NoTest::Unreadable("`input` must be a JSON list of arguments".to_owned()));
        };
        let arguments = arguments.iter().map(PythonValue::to_notation).collect();
        Ok(Self::Call { call: Call { function: entry.to_owned(), arguments }, expected: parse("output", output)? })
    }

    /// The test in words.
    pub(super) fn wording(&self) -> Wording {
        let (entry, input, output) = match self {
            Self::Call { call, expected } => {
                let arguments = Value::Array(call.arguments.clone()).to_string();
                (Some(call.function.clone()), arguments, Some(expected.to_notation().to_string()))
            }
            Self::Stdin { input, expected } => (None, input.clone(), Some(expected.clone())),
            Self::Assert(script) => (None, script.trim_end().to_owned(), None),
        };
        Wording { kind: self.kind(), entry, input, output }
    }

    /// What it gives the program: standard input, a list of arguments, or a script.
    pub(crate) fn input(&self) -> String {
        self.wording().input
    }

    /// What it asks, as `kind` says it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Call { .. } => "call",
            Self::Stdin { .. } => "stdin",
            Self::Assert(_) => "assert",
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
