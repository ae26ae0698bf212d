//! How many rows, and how many different values.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use engine::operator::Fault;
use engine::row::RowDigest;

use super::accumulate::{Accumulate, Rows};

/// Rows, or values that are not null.
#[derive(Default)]
pub(super) struct Count(Vec<i64>);

/// Different values that are not null.
#[derive(Default)]
pub(super) struct CountDistinct(Vec<HashSet<u128>>);

impl Accumulate for Count {
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault> {
        self.0.resize(rows.count, 0);
        for (row, group) in rows.groups.iter().enumerate() {
            self.0[*group] += i64::from(column.is_none_or(|column| column.is_valid(row)));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, groups: usize) -> Result<ArrayRef, Fault> {
        self.0.resize(groups, 0);
        Ok(Arc::new(Int64Array::from(self.0)))
    }
}

impl Accumulate for CountDistinct {
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault> {
        self.0.resize_with(rows.count, HashSet::new);
        let column = column.ok_or_else(|| Fault::node("`count_distinct` needs a column"))?;
        let digest = RowDigest::new([column]);
        for (row, group) in rows.groups.iter().enumerate().filter(|(row, _)| column.is_valid(*row)) {
            self.0[*group].insert(digest.of(row));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, groups: usize) -> Result<ArrayRef, Fault> {
        self.0.resize_with(groups, HashSet::new);
        let counts = self.0.iter().map(|values| i64::try_from(values.len()).ok());
        Ok(Arc::new(counts.collect::<Int64Array>()))
    }
}
