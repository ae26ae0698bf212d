//! The values by which rows belong together.

use arrow::array::{Array, ArrayRef, RecordBatch};
use engine::operator::Fault;
use engine::row::RowDigest;

/// The key columns of a batch. Equal keys mean equal values, however they are stored.
pub(super) struct Keys<'a> {
    columns: Vec<&'a ArrayRef>,
    digest: RowDigest<'a>,
}

impl<'a> Keys<'a> {
    /// The named columns.
    pub(super) fn of(batch: &'a RecordBatch, names: impl IntoIterator<Item = &'a str>) -> Result<Self, Fault> {
        let find =
            |name: &str| batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")));
        let columns = names.into_iter().map(find).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { digest: RowDigest::new(columns.iter().copied()), columns })
    }

    /// The key of a row, null being a value like any other.
    pub(super) fn key(&self, row: usize) -> u128 {
        self.digest.of(row)
    }

    /// The key of a row; none where one of its values is null, as it then equals no other.
    pub(super) fn present_key(&self, row: usize) -> Option<u128> {
        self.columns.iter().all(|column| column.is_valid(row)).then(|| self.key(row))
    }
}
