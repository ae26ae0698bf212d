//! What a policy made of problems: its answers and how they did.
//!
//! Owns how verdicts are read. Knows no formula.

use std::collections::HashMap;
use std::sync::Arc;

use engine::operator::{Context, Fault};
use engine::row::{Cell, Row};
use engine::table::Table;

use super::shapes::{ProgramId, ProgramTexts};
use crate::verify::{Programs, Status, problem_id};

/// The attempts at one problem.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    pub(super) answers: u64,
    pub(super) solved: u64,
    /// What is known of the tests of each attempt.
    pub(super) tests: Vec<TestsMissed>,
    pub(super) programs: Vec<ProgramId>,
    pub(super) log_probabilities: Vec<f64>,
}

/// How many of its tests an attempt did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TestsMissed {
    pub(super) missed: usize,
    pub(super) tests: usize,
}

/// Attempts by problem, and the programs that they are.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) problems: HashMap<String, Attempts>,
    pub(super) programs: ProgramTexts,
}

/// The columns that attempts are read from.
pub(super) struct Reading<'a> {
    pub(super) programs: &'a Programs,
    pub(super) log_probability: Option<&'a str>,
}

impl Gathered {
    /// Adds attempts with their verdicts.
    pub(super) fn add(&mut self, table: &Table, reading: &Reading<'_>, context: &Context) -> Result<(), Fault> {
        for row in rows(table) {
            context.check_cancelled()?;
            let row = row?;
            let attempts = self.problems.entry(problem_id(&row)?.to_owned()).or_default();
            attempts.answers += 1;
            // Null where nothing was judged: that is not passed.
            attempts.solved += u64::from(row.cell("passed") == Cell::Boolean(true));
            attempts.tests.extend(tests_missed(&row)?);
            attempts.log_probabilities.extend(reading.log_probability.and_then(|column| number(&row, column)));
            if let Some(program) = reading.programs.of(&row, None) {
                attempts.programs.push(self.programs.add(program));
            }
        }
        Ok(())
    }

    /// Adds attempts that no verdict could be had of.
    pub(super) fn add_failed(&mut self, table: &Table, context: &Context) -> Result<(), Fault> {
        for row in rows(table) {
            context.check_cancelled()?;
            self.problems.entry(problem_id(&row?)?.to_owned()).or_default().answers += 1;
        }
        Ok(())
    }
}

fn rows(table: &Table) -> impl Iterator<Item = Result<Row, Fault>> {
    table.batches().flat_map(|batch| match batch {
        Ok(batch) => {
            let batch = Arc::new(batch);
            let rows = (0..batch.num_rows()).map(move |index| Ok(Row::new(batch.clone(), index)));
            Box::new(rows) as Box<dyn Iterator<Item = Result<Row, Fault>>>
        }
        Err(error) => Box::new(std::iter::once(Err(error.into()))),
    })
}

/// What `results` and `tests_total` say of a row's tests; nothing where there are no such columns.
fn tests_missed(row: &Row) -> Result<Option<TestsMissed>, Fault> {
    let Cell::List(results) = row.cell("results") else { return Ok(None) };
    let tests = row.integer("tests_total").and_then(|tests| usize::try_from(tests).ok()).unwrap_or(results.len());
    let passed = results.iter().filter(|result| is_passed(result)).count();
    if !results.is_empty() && results.len() < tests {
        let told = format!("`{}` has results for {} of its {tests} tests", row.id(), results.len());
        return Err(Fault::node(format!("{told}: let `verify.execute` go on after a failure, with `run: all`")));
    }
    Ok((tests > 0).then(|| TestsMissed { missed: tests - passed, tests }))
}

fn is_passed(result: &Cell) -> bool {
    let Cell::Struct(fields) = result else { return false };
    fields.iter().any(|(name, cell)| name == "status" && *cell == Cell::from(Status::Passed.name()))
}

fn number(row: &Row, column: &str) -> Option<f64> {
    match row.cell(column) {
        Cell::Float(number) => Some(number),
        Cell::Integer(number) => Some(number as f64),
        _ => None,
    }
}
