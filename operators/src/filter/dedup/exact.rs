//! Rows with equal values.

use arrow::datatypes::Schema;
use engine::operator::{Complaint, Context, Fault};
use engine::row::RowDigest;
use engine::scratch::DigestMap;
use engine::table::Table;

use super::Repeats;
use crate::complaints;
use crate::texts;

/// Columns of any type can be compared, if they are there.
pub(super) fn check(named: &[String], schema: &Schema) -> Vec<Complaint> {
    if named.is_empty() {
        return texts::check(named, "columns", "rows", schema);
    }
    let unknown = named.iter().enumerate().filter(|(_, column)| schema.field_with_name(column).is_err());
    let complaint = |(index, column): (usize, &String)| {
        complaints::unknown_column(&["columns", &index.to_string()], column, "rows", schema)
    };
    unknown.map(complaint).collect()
}

/// For each row the first one with the same values.
pub(super) fn find(table: &Table, columns: &[String], context: &Context) -> Result<Vec<Option<Repeats>>, Fault> {
    let mut first = DigestMap::new(context.scratch().clone());
    let mut repeats = Vec::new();
    for batch in table.batches() {
        context.check_cancelled()?;
        let batch = batch?;
        let compared = columns
            .iter()
            .map(|name| batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`"))));
        let digest = RowDigest::new(compared.collect::<Result<Vec<_>, _>>()?);
        for index in 0..batch.num_rows() {
            let row = repeats.len();
            let digest = digest.of(index);
            let earlier = first.get(digest)?;
            if earlier.is_none() {
                first.insert(digest, row as u64)?;
            }
            repeats.push(earlier.map(|earlier| Repeats { row: earlier as usize, similarity: 1.0 }));
        }
    }
    Ok(repeats)
}
