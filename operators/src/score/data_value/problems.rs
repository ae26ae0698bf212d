//! The problems, and the sets that they belong to.
//!
//! Owns what is kept of each. Knows nothing of attempts.

use std::num::NonZeroUsize;

use arrow::array::{Array, AsArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use engine::operator::{Context, Fault};
use engine::table::Table;
use indexmap::IndexMap;

use super::novelty::{Counted, Grams};
use crate::evaluate::NO_GROUP;
use crate::texts::Texts;

/// A problem.
pub(super) struct Problem {
    pub(super) id: String,
    /// The set that it belongs to.
    pub(super) set: usize,
    pub(super) grams: Grams,
}

/// All problems in their order, and their sets.
pub(super) struct Problems {
    pub(super) problems: Vec<Problem>,
    pub(super) sets: IndexMap<String, Counted>,
}

/// How problems are read.
pub(super) struct Reading<'a> {
    /// The columns with the statement.
    pub(super) columns: &'a [String],
    /// How many words make a run.
    pub(super) ngram: NonZeroUsize,
    /// The column with the set.
    pub(super) by: Option<&'a str>,
}

impl Problems {
    pub(super) fn read(table: &Table, reading: &Reading<'_>, context: &Context) -> Result<Self, Fault> {
        let mut read = Self { problems: Vec::new(), sets: IndexMap::new() };
        let columns: Vec<&str> =
            ["id"].into_iter().chain(reading.columns.iter().map(String::as_str)).chain(reading.by).collect();
        for batch in table.columns(&columns) {
            context.check_cancelled()?;
            let batch = batch?;
            let column = |name: &str| {
                batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")))
            };
            let ids = column("id")?.as_string::<i32>();
            let texts = Texts::of(&batch, reading.columns)?;
            let by = reading.by.map(column).transpose()?;
            let options = FormatOptions::default();
            let names = by.map(|by| ArrayFormatter::try_new(by.as_ref(), &options)).transpose()?;
            for row in 0..batch.num_rows() {
                let name = names.as_ref().filter(|_| by.is_some_and(|by| by.is_valid(row)));
                let name = name.map_or_else(|| NO_GROUP.to_owned(), |names| names.value(row).to_string());
                let grams = Grams::of(&texts.joined(row), reading.ngram);
                read.add(ids.value(row).to_owned(), name, grams);
            }
        }
        Ok(read)
    }

    fn add(&mut self, id: String, set: String, grams: Grams) {
        let entry = self.sets.entry(set);
        let set = entry.index();
        entry.or_default().add(&grams);
        self.problems.push(Problem { id, set, grams });
    }

    /// What of a problem's statement is its own within its set.
    pub(super) fn novelty(&self, problem: &Problem) -> f64 {
        self.sets[problem.set].novelty(&problem.grams)
    }
}
