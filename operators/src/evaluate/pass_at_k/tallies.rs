//! How many answers each problem has, and how many of them passed.

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use engine::operator::{Context, Fault, Inputs};
use engine::table::Table;
use indexmap::IndexMap;
use serde::Serialize;

use super::PassAtK;
use crate::verify::Status;

/// How a program ended.
const STATUS: &str = "status";

/// The endings that pass@k counts as not passed, though they say little or nothing of an answer.
const TOLD: [Status; 4] = [Status::Misnamed, Status::Unsupported, Status::Undecided, Status::InvalidTest];

/// The answers to each problem, counted; problems in the order in which they come up.
pub(super) struct Tallies(IndexMap<String, Tally>);

/// The answers to one problem.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) answers: u64,
    pub(super) passed: u64,
    /// The part of the problems that it belongs to.
    pub(super) group: Option<String>,
}

/// A problem as the output has it.
#[derive(Serialize)]
pub(super) struct Problem<'a> {
    id: &'a str,
    answers: u64,
    passed: u64,
    group: Option<&'a str>,
}

impl Tallies {
    /// Counts everything that is wired.
    pub(super) fn count(config: &PassAtK, inputs: &Inputs, context: &Context) -> Result<Self, Fault> {
        let mut tallies = Self(IndexMap::new());
        let known = inputs.has("problems");
        if known {
            tallies.add(inputs.table("problems")?, "id", config.by.as_deref(), context, |_, _, _| ())?;
        }
        let by = config.by.as_deref().filter(|_| !known);
        let verdict = |tally: &mut Tally, passed: Option<&BooleanArray>, row: usize| {
            tally.answers += 1;
            // Null where nothing was judged: that is not passed.
            tally.passed += u64::from(passed.is_some_and(|passed| passed.is_valid(row) && passed.value(row)));
        };
        tallies.add(inputs.table("verdicts")?, &config.problem, by, context, verdict)?;
        if inputs.has("failed") {
            let failure = |tally: &mut Tally, _: Option<&BooleanArray>, _: usize| tally.answers += 1;
            let table = inputs.table("failed")?;
            let by = by.filter(|by| table.schema.field_with_name(by).is_ok());
            tallies.add(table, &config.problem, by, context, failure)?;
        }
        Ok(tallies)
    }

    fn add(
        &mut self,
        table: &Table,
        problem: &str,
        by: Option<&str>,
        context: &Context,
        count: impl Fn(&mut Tally, Option<&BooleanArray>, usize),
    ) -> Result<(), Fault> {
        let columns: Vec<&str> = [problem, "passed"].into_iter().chain(by).collect();
        for batch in table.columns(&columns) {
            context.check_cancelled()?;
            let batch = batch?;
            let column = |name: &str| {
                batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")))
            };
            let options = FormatOptions::default();
            let ids = ArrayFormatter::try_new(column(problem)?.as_ref(), &options)?;
            let group = by.map(column).transpose()?;
            let groups = group.map(|group| ArrayFormatter::try_new(group.as_ref(), &options)).transpose()?;
            let passed = batch.column_by_name("passed").and_then(|passed| passed.as_boolean_opt());
            for row in 0..batch.num_rows() {
                let tally = self.0.entry(ids.value(row).to_string()).or_default();
                if let (None, Some(group), Some(groups)) = (&tally.group, group, &groups)
                    && group.is_valid(row)
                {
                    tally.group = Some(groups.value(row).to_string());
                }
                count(tally, passed, row);
            }
        }
        Ok(())
    }

    /// How many answers ended so that it has to be told; nothing where verdicts do not say how they ended.
    pub(super) fn told(&self, verdicts: &Table) -> Result<Vec<(Status, usize)>, Fault> {
        if verdicts.schema.field_with_name(STATUS).map_or(true, |field| *field.data_type() != DataType::Utf8) {
            return Ok(Vec::new());
        }
        let mut told = TOLD.map(|status| (status, 0));
        for batch in verdicts.columns(&[STATUS]) {
            let batch = batch?;
            for ended in batch.column(0).as_string::<i32>().iter().flatten() {
                told.iter_mut().filter(|(status, _)| status.name() == ended).for_each(|(_, count)| *count += 1);
            }
        }
        Ok(told.into())
    }

    /// How many answers there are.
    pub(super) fn answers(&self) -> u64 {
        self.0.values().map(|tally| tally.answers).sum()
    }

    /// Each problem.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Tally)> {
        self.0.iter().map(|(id, tally)| (id.as_str(), tally))
    }

    /// Each problem as a row.
    pub(super) fn rows(&self) -> Vec<Problem<'_>> {
        let mut rows = Vec::with_capacity(self.0.len());
        for (id, Tally { answers, passed, group }) in self.iter() {
            rows.push(Problem { id, answers: *answers, passed: *passed, group: group.as_deref() });
        }
        rows
    }
}
