//! The problems' table, held in memory and looked up by id.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use engine::operator::{Fault, Inputs};
use engine::row::Row;
use engine::table::Table;

/// Problems by id.
pub(super) struct Problems {
    rows: HashMap<String, (Arc<RecordBatch>, usize)>,
}

impl Problems {
    /// The input `problems`, where it is wired.
    pub(super) fn of(inputs: &Inputs) -> Result<Option<Self>, Fault> {
        inputs.table("problems").ok().map(Self::read).transpose()
    }

    /// The problem that a row names.
    pub(super) fn named_by(&self, row: &Row) -> Result<Row, Fault> {
        let id = problem_id(row)?;
        let (batch, index) =
            self.rows.get(id).ok_or_else(|| Fault::row(format!("`problems` has no problem `{id}`")))?;
        Ok(Row::new(batch.clone(), *index))
    }

    /// The problem with this id, if there is one.
    pub(super) fn find(&self, id: &str) -> Option<Row> {
        self.rows.get(id).map(|(batch, index)| Row::new(batch.clone(), *index))
    }

    fn read(table: &Table) -> Result<Self, Fault> {
        let mut rows = HashMap::new();
        for batch in table.batches() {
            let batch = Arc::new(batch?);
            for index in 0..batch.num_rows() {
                let id = Row::new(batch.clone(), index).id().to_owned();
                rows.insert(id, (batch.clone(), index));
            }
        }
        Ok(Self { rows })
    }
}

/// The id of the problem that a row belongs to.
pub(crate) fn problem_id(row: &Row) -> Result<&str, Fault> {
    row.text("problem_id").ok_or_else(|| Fault::row("`problem_id` is null"))
}
