//! Which rows of two tables belong together.

use std::collections::HashMap;

use arrow::array::RecordBatch;
use engine::operator::Fault;
use engine::table::Table;

use super::How;
use crate::table::keys::Keys;

/// The right table, found by key.
pub(super) struct Right {
    /// All its rows.
    pub(super) rows: RecordBatch,
    places: HashMap<u128, Vec<u32>>,
}

/// The rows of an output batch.
#[derive(Default)]
pub(super) struct Pairs {
    /// Their left rows.
    pub(super) left: Vec<u32>,
    /// Their right rows; none where there is no partner or it does not matter.
    pub(super) right: Vec<Option<u32>>,
    /// Whether the left row has further partners: then it needs an id for each.
    pub(super) several: Vec<bool>,
}

impl Right {
    /// Holds a table in memory.
    pub(super) fn read<'a>(table: &Table, on: impl Iterator<Item = &'a str>) -> Result<Self, Fault> {
        let rows = table.read()?;
        let mut places: HashMap<u128, Vec<u32>> = HashMap::new();
        let keys = Keys::of(&rows, on.collect::<Vec<_>>())?;
        for row in 0..rows.num_rows() {
            let Some(key) = keys.present_key(row) else { continue };
            let row = u32::try_from(row).map_err(|_| Fault::node("`right` has more rows than can be held"))?;
            places.entry(key).or_default().push(row);
        }
        Ok(Self { rows, places })
    }

    /// The rows that a batch of the left gives.
    pub(super) fn pairs<'a>(
        &self,
        left: &'a RecordBatch,
        on: impl Iterator<Item = &'a str>,
        how: How,
    ) -> Result<Pairs, Fault> {
        let keys = Keys::of(left, on)?;
        let mut pairs = Pairs::default();
        for (row, place) in (0..left.num_rows()).zip(0_u32..) {
            let partners = keys.present_key(row).and_then(|key| self.places.get(&key));
            let partners = partners.map(Vec::as_slice).unwrap_or_default();
            match how {
                How::Semi if !partners.is_empty() => pairs.push(place, None, false),
                How::Anti | How::Left if partners.is_empty() => pairs.push(place, None, false),
                How::Inner | How::Left => {
                    partners.iter().for_each(|partner| pairs.push(place, Some(*partner), partners.len() > 1));
                }
                How::Semi | How::Anti => {}
            }
        }
        Ok(pairs)
    }
}

impl Pairs {
    fn push(&mut self, left: u32, right: Option<u32>, several: impl Into<bool>) {
        self.left.push(left);
        self.right.push(right);
        self.several.push(several.into());
    }
}
