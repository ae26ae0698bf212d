//! Some rows of a table, and their values cut to what is looked at.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use engine::row::{Cell, Plain, Row};
use engine::table::Table;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// How many characters of a value are told.
const LONGEST: usize = 1600;

/// How many rows are told of a table.
const ROWS: usize = 3;

/// A row: its columns that hold something, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample(pub Vec<(String, Shown)>);

/// A value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// The beginning of a long one.
    Cut {
        /// As much as is told.
        text: String,
        /// How many characters there are in all.
        characters: usize,
    },
    /// All of it.
    Whole(Value),
}

impl Serialize for Sample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Sample {
    /// A column's value.
    pub fn get(&self, column: &str) -> Option<&Shown> {
        self.0.iter().find(|(name, _)| name == column).map(|(_, value)| value)
    }
}

/// The first rows; of rows that differ in `telling`, a text column, the first of each kind.
pub(super) fn sample(table: &Table, telling: Option<&str>) -> Vec<Sample> {
    let kinds = telling.map(|column| first_of_each(table, column)).unwrap_or_default();
    let read = |skipped: u64, wanted: usize| table.slice(skipped, wanted).map(Arc::new).ok();
    let batches: Vec<_> = match kinds.is_empty() {
        true => read(0, ROWS).into_iter().collect(),
        false => kinds.into_iter().filter_map(|place| read(place, 1)).collect(),
    };
    let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)));
    rows.map(|row| Sample(row.cells().filter_map(|(name, cell)| Some((name.to_owned(), shown(&cell)?))).collect()))
        .collect()
}

/// The places of the first row of each of the first kinds, in order.
fn first_of_each(table: &Table, column: &str) -> Vec<u64> {
    let mut found: Vec<(String, u64)> = Vec::new();
    for (place, text) in texts(table, column).enumerate() {
        let text = text.unwrap_or_default();
        if found.len() <= ROWS && found.iter().all(|(known, _)| *known != text) {
            found.push((text, place as u64));
        }
    }
    found.into_iter().map(|(_, place)| place).collect()
}

/// A text column, row by row, as far as it can be read.
pub(super) fn texts(table: &Table, column: &str) -> impl Iterator<Item = Option<String>> {
    let columns = [column];
    let batches: Vec<_> = table.columns(&columns).map_while(Result::ok).collect();
    batches.into_iter().flat_map(|batch| {
        let texts = cast(batch.column(0), &DataType::Utf8).ok();
        let texts = texts.as_ref().and_then(|texts| texts.as_string_opt::<i32>());
        texts.map(|texts| texts.iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()).unwrap_or_default()
    })
}

fn shown(cell: &Cell) -> Option<Shown> {
    let text = match cell {
        Cell::Null => return None,
        Cell::Text(text) => text.clone(),
        other => serde_json::to_string(&Plain(other)).ok()?,
    };
    let characters = text.chars().count();
    Some(match cell {
        _ if characters > LONGEST => Shown::Cut { text: text.chars().take(LONGEST).collect(), characters },
        Cell::Text(_) => Shown::Whole(text.into()),
        _ => Shown::Whole(serde_json::from_str(&text).ok()?),
    })
}
