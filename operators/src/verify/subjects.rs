//! Programs with the tests that they are held to: the inputs `programs` and `problems` of every operator that runs each
//! program on its own problem's tests.
//!
//! Owns where the two are found. Knows neither what is run nor what comes of it.

use engine::operator::{Complaint, Fault, Inputs};
use engine::port::{InputPort, InputTypes, PortType};
use engine::row::Row;

use super::problems::Problems;
use super::program::Programs;
use super::suite::Suite;
use crate::complaints;
use crate::row::identified;

/// Where programs and their tests are found.
pub(super) struct Subjects {
    programs: Programs,
    problems: Option<Problems>,
}

/// A program and its tests.
pub(super) struct Subject {
    /// None where the row's text has none.
    pub(super) program: Option<String>,
    pub(super) suite: Suite,
}

impl Subjects {
    /// The input ports.
    pub(super) fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("programs", "The programs, with their tests or the `problem_id` of these.", identified()),
            InputPort::optional("problems", "The problems whose tests the programs take.", PortType::rows("Problem")),
        ]
    }

    /// What the rows lack.
    pub(super) fn check(programs: &Programs, inputs: &InputTypes) -> Vec<Complaint> {
        let Some(schema) = complaints::columns(inputs, "programs") else { return Vec::new() };
        let (needed, advice) = match inputs.contains_key("problems") {
            true => ("problem_id", "it names the problem whose tests a program takes"),
            false => ("tests", "or wire `problems`, whose tests the column `problem_id` names"),
        };
        let lacking = || {
            let message = format!("`programs` has no column `{needed}`: {advice}");
            Complaint::input("operator::no_column", "programs", message, "no tests")
        };
        let without = schema.column_with_name(needed).is_none();
        programs.check(schema).into_iter().chain(without.then(lacking)).collect()
    }

    /// Reads the problems.
    pub(super) fn open(programs: Programs, inputs: &Inputs) -> Result<Self, Fault> {
        Ok(Self { programs, problems: Problems::of(inputs)? })
    }

    /// A row's program and its tests.
    pub(super) fn of(&self, row: &Row) -> Result<Subject, Fault> {
        let suite = match &self.problems {
            Some(problems) => Suite::of(&problems.named_by(row)?)?,
            None => Suite::of(row)?,
        };
        Ok(Subject { program: self.programs.of(row, suite.starter.as_deref()), suite })
    }
}
