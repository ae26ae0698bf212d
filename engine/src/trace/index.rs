//! Ids of rows in finished outputs, and which input row each came of.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};

use super::TraceError;
use crate::cache::Entry;
use crate::table::Table;

/// Calls `visit(number, id)` for every row of a table that has ids.
pub(super) fn each_id(table: &Table, mut visit: impl FnMut(usize, &str)) -> Result<(), TraceError> {
    let mut number = 0;
    for batch in table.columns(&["id"]) {
        let batch = batch?;
        let ids = batch.column_by_name("id").and_then(|column| column.as_string_opt::<i32>());
        if let Some(ids) = ids {
            (0..ids.len()).filter(|row| ids.is_valid(*row)).for_each(|row| visit(number + row, ids.value(row)));
        }
        number += batch.num_rows();
    }
    Ok(())
}

/// The ids that begin with `beginning`, and the one that is equal to it alone if there is one.
pub(super) fn beginning_with(table: &Table, beginning: &str, found: &mut BTreeSet<String>) -> Result<(), TraceError> {
    each_id(table, |_, id| {
        if id.starts_with(beginning) {
            found.insert(id.to_owned());
        }
    })
}

/// Of a row operator's output: for every output row of a port the number of the input row that it came of.
pub(super) fn origins(entry: &Entry, port_index: usize) -> Result<Vec<usize>, TraceError> {
    let mut origins = Vec::new();
    let mut input = 0;
    for index in 0..entry.commits() {
        let commit = entry.commit(index)?;
        let ledger = commit.ledger();
        for row in 0..ledger.rows() {
            let count = ledger.counts(row).get(port_index).copied().unwrap_or(0);
            origins.extend(std::iter::repeat_n(input + row, count as usize));
        }
        input += ledger.rows();
    }
    Ok(origins)
}

/// The numbers of the rows with these ids, and their ids.
pub(super) fn numbers(table: &Table, ids: &BTreeSet<String>) -> Result<BTreeMap<usize, String>, TraceError> {
    let mut numbers = BTreeMap::new();
    each_id(table, |number, id| {
        if ids.contains(id) {
            numbers.insert(number, id.to_owned());
        }
    })?;
    Ok(numbers)
}

/// The ids of the rows with these numbers.
pub(super) fn ids(table: &Table, numbers: &BTreeSet<usize>) -> Result<BTreeMap<usize, String>, TraceError> {
    let mut ids = BTreeMap::new();
    each_id(table, |number, id| {
        if numbers.contains(&number) {
            ids.insert(number, id.to_owned());
        }
    })?;
    Ok(ids)
}

/// The reason why the row with this id has no result, if the operator said so.
pub(super) fn failure(entry: &Entry, id: &str) -> Result<Option<String>, TraceError> {
    for failed in entry.failed_rows() {
        let failed = failed?;
        if failed.id == id {
            return Ok(Some(failed.reason));
        }
    }
    Ok(None)
}
