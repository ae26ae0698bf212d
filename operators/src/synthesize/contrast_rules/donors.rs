//! Steps of other rows' reasoning, which are irrelevant wherever they are not asked for.
//!
//! Owns which steps are kept to choose from: one of a row, of a fixed number of rows, by digest, whatever their order. So
//! a step is about as likely to be chosen here as it is to be the one that is left out there.

use std::collections::BTreeMap;

use arrow::array::{AsArray, RecordBatch};
use engine::operator::{Context, Fault};
use engine::row::Cell;
use engine::table::Table;

use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::steps::{Place, Step};

/// So many steps are enough to be of all kinds.
const KEPT: usize = 4096;

/// How often another step is looked for.
const TRIES: usize = 16;

/// Steps to choose from.
#[derive(Debug, Default)]
pub(super) struct Donors(Vec<Step>);

impl Donors {
    /// A step on the way of each of some rows.
    pub(super) fn of(table: &Table, context: &Context) -> Result<Self, Fault> {
        let mut kept = BTreeMap::new();
        for batch in table.columns(&["id", "steps"]) {
            context.check_cancelled()?;
            keep(&batch?, &mut kept).ok_or_else(|| Fault::node("there is no column `id` or no column `steps`"))?;
        }
        Ok(Self(kept.into_values().collect()))
    }

    /// A step that neither the statement nor the reasoning asks for.
    pub(super) fn irrelevant(&self, steps: &[Step], statement: &str, draw: &mut Draw) -> Option<Step> {
        let statement = statement.to_lowercase();
        let is_asked_for = |donor: &Step| {
            let thought = operation(&donor.said.text).to_lowercase();
            statement.contains(&thought)
                || steps.iter().any(|step| operation(&step.said.text).to_lowercase() == thought)
        };
        let mut tries = (0..TRIES).filter_map(|_| draw.some_of(&self.0).cloned());
        tries.find(|donor| !is_asked_for(donor)).map(|donor| Step { right: None, ..donor })
    }

    /// Steps to choose from, for tests.
    #[cfg(test)]
    pub(super) fn from_steps(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

fn keep(batch: &RecordBatch, kept: &mut BTreeMap<[u8; 32], Step>) -> Option<()> {
    let ids = batch.column_by_name("id")?.as_string_opt::<i32>()?;
    let all = batch.column_by_name("steps")?;
    for row in 0..batch.num_rows() {
        let digest = *blake3::hash(ids.value(row).as_bytes()).as_bytes();
        let steps = Step::all(&Cell::of(all.as_ref(), row)).into_iter();
        let mut steps: Vec<Step> = steps.filter(|step| step.place == Place::OnTheWay).collect();
        if !steps.is_empty() {
            let place = usize::from(digest[31]) % steps.len();
            kept.insert(digest, steps.swap_remove(place));
        }
        if kept.len() > KEPT {
            kept.pop_last();
        }
    }
    Some(())
}

/// What a step does, without how: "sort the numbers" of "Sort the numbers with sorted(numbers)".
fn operation(text: &str) -> &str {
    text.split(" with ").next().unwrap_or(text)
}
