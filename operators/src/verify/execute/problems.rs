//! The problems' table, held in memory and looked up by id.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use engine::operator::Fault;
use engine::row::Row;
use engine::table::Table;

use crate::verify::suite::Suite;

/// Problems by id.
pub(super) struct Problems {
    rows: HashMap<String, (Arc<RecordBatch>, usize)>,
}

impl Problems {
    /// Reads a whole table.
    pub(super) fn read(table: &Table) -> Result<Self, Fault> {
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

    /// The tests of the problem that a row names.
    pub(super) fn suite(&self, row: &Row) -> Result<Suite, Fault> {
        let id = row.text("problem_id").ok_or_else(|| Fault::row("`problem_id` is null"))?;
        let (batch, index) =
            self.rows.get(id).ok_or_else(|| Fault::row(format!("`problems` has no problem `{id}`")))?;
        Suite::of(&Row::new(batch.clone(), *index))
    }
}
