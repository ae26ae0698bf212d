//! Inputs of tests, each once, and what was refused.

use std::collections::HashSet;

use engine::row::{Cell, Row};

use super::origin::Kind;
use crate::python::PythonValue;
use crate::verify::Test;

/// Inputs that can be asked about, in their order.
pub(super) struct Inputs {
    entry: Option<String>,
    met: HashSet<String>,
    pub(super) texts: Vec<String>,
    /// What a program is asked with each.
    pub(super) tests: Vec<Test>,
    pub(super) refused: Vec<Refused>,
}

/// An input that makes no test.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    input: String,
    reason: String,
}

impl Refused {
    pub(super) fn new(input: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { input: input.into(), reason: reason.into() }
    }

    /// As an entry of the column `refused`.
    pub(super) fn cell(&self) -> Cell {
        Cell::structure([("input", self.input.as_str().into()), ("reason", self.reason.as_str().into())])
    }
}

impl Inputs {
    /// None yet, for the problem in a row.
    pub(super) fn of(row: &Row) -> Self {
        let entry = row.text("entry").map(str::to_owned);
        Self { entry, met: HashSet::new(), texts: Vec::new(), tests: Vec::new(), refused: Vec::new() }
    }

    pub(super) fn kind(&self) -> Kind {
        Kind::of(self.entry.as_deref())
    }

    /// Adds an input, unless it is none, or there already.
    pub(super) fn add_value(&mut self, value: &PythonValue) {
        match self.text(value) {
            Ok(text) => self.add(text),
            Err(refused) => self.refused.push(refused),
        }
    }

    /// An input as a test has it.
    pub(super) fn text(&self, value: &PythonValue) -> Result<String, Refused> {
        match (self.kind(), value) {
            (Kind::Call, PythonValue::List(items) | PythonValue::Tuple(items)) => {
                Ok(PythonValue::List(items.clone()).to_notation().to_string())
            }
            (Kind::Stdin, PythonValue::Text(text)) => Ok(text.clone()),
            (Kind::Call, other) => Err(Refused::new(other.to_notation().to_string(), "it is no list of arguments")),
            (Kind::Stdin, other) => Err(Refused::new(other.to_notation().to_string(), "it is no text")),
        }
    }

    /// Adds an input as a test has it, unless it is there already or cannot be asked.
    pub(super) fn add(&mut self, input: String) {
        if !self.met.insert(input.clone()) {
            return self.refused.push(Refused::new(input, "it repeats another input"));
        }
        match Test::asking(self.entry.as_deref(), &input) {
            Ok(test) => {
                self.tests.push(test);
                self.texts.push(input);
            }
            Err(reason) => self.refused.push(Refused::new(input, reason)),
        }
    }
}
