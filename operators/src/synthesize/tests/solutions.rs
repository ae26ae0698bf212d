//! The programs that say what is expected.
//!
//! Owns where a problem's programs are found. Knows not what becomes of what they give.

use std::collections::HashMap;
use std::sync::Arc;

use engine::operator::{Context, Fault};
use engine::row::{Cell, Row};
use engine::table::Table;
use indexmap::IndexMap;

use super::Tests;
use crate::verify::{Extract, Programs, problem_id};

/// Different programs, each with how often it was given.
pub(super) type Weighted = IndexMap<String, usize>;

/// Where programs are found.
pub(super) enum Solutions {
    /// One in the column of this name, which is right.
    Oracle(String, Extract),
    /// Several in the column of this name.
    Column(String, Extract),
    /// Several in a table, by the problem that they solve.
    Table(HashMap<String, Weighted>),
}

impl Solutions {
    /// Reads a table of them.
    pub(super) fn read(table: &Table, programs: &Programs, context: &Context) -> Result<Self, Fault> {
        let mut solutions: HashMap<String, Weighted> = HashMap::new();
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            for row in (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)) {
                if let (Ok(problem), Some(program)) = (problem_id(&row), programs.of(&row, None)) {
                    *solutions.entry(problem.to_owned()).or_default().entry(program).or_default() += 1;
                }
            }
        }
        Ok(Self::Table(solutions))
    }

    /// Those of the problem in a row.
    pub(super) fn of(&self, row: &Row) -> Weighted {
        match self {
            Self::Oracle(column, extract) => {
                let program = row.text(column).and_then(|text| extract.from(text));
                program.map(|program| (program, 1)).into_iter().collect()
            }
            Self::Column(column, extract) => {
                let Cell::List(texts) = row.cell(column) else { return Weighted::new() };
                let mut found = Weighted::new();
                let texts = texts.iter().filter_map(|text| if let Cell::Text(text) = text { Some(text) } else { None });
                for program in texts.filter_map(|text| extract.from(text)) {
                    *found.entry(program).or_default() += 1;
                }
                found
            }
            Self::Table(solutions) => solutions.get(row.id()).cloned().unwrap_or_default(),
        }
    }
}

impl Tests {
    /// How the rows of `solutions` are read.
    pub(super) fn programs(&self) -> Programs {
        let Self { code, extract, .. } = self.clone();
        Programs { code, extract, continues_starter: false }
    }
}
