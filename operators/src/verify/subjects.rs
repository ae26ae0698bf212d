//! Programs with the tests that they are held to: the inputs `programs` and `problems` of every operator that runs each
//! program on its own problem's tests.
//!
//! Owns where the two are found. Knows neither what is run nor what comes of it.

use engine::operator::{Complaint, Fault, Inputs};
use engine::port::{InputPort, InputTypes, PortType};
use engine::row::Row;

use super::naming::Naming;
use super::problems::Problems;
use super::program::Programs;
use super::suite::Suite;
use crate::complaints;
use crate::row::identified;

/// Where programs and their tests are found.
pub(super) struct Subjects {
    programs: Programs,
    naming: Naming,
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
        Ok(Self { programs, naming: Naming::default(), problems: Problems::of(inputs)? })
    }

    /// The same, with programs that may have named what they define otherwise.
    pub(super) fn naming(self, naming: Naming) -> Self {
        Self { naming, ..self }
    }

    /// A row's program and its tests.
    pub(super) fn of(&self, row: &Row) -> Result<Subject, Fault> {
        let named = self.problems.as_ref().map(|problems| problems.named_by(row)).transpose()?;
        let problem = named.as_ref().unwrap_or(row);
        let suite = Suite::of(problem)?;
        let program = self.programs.of(row, suite.starter.as_deref());
        let program = program.map(|program| self.naming.of(program, problem.text("entry")));
        Ok(Subject { program, suite })
    }
}
