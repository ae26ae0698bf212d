//! The ids of a source's rows: those that it brings, and those that are made of a row's content.

use std::collections::{HashMap, HashSet};

use arrow::array::{Array, StringArray};
use engine::operator::Context;

use super::projection::BadValue;

/// Gives every row an id that no other row of the source has.
///
/// An id that is made depends on the row's content alone, so that it stays when other rows come and go. Rows of the same
/// content are told apart by counting them.
pub(super) struct Identify<'a> {
    context: &'a Context,
    given: HashSet<u128>,
    /// How often a content occurred, by half its digest: should two contents share it, their ids still differ.
    occurrences: HashMap<u64, u32>,
}

impl<'a> Identify<'a> {
    /// No row yet.
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, given: HashSet::new(), occurrences: HashMap::new() }
    }

    /// The ids of `rows` rows: the given ones, and where one is null another made of the row's content. An id that
    /// occurred before is a fault.
    pub(super) fn ids(
        &mut self,
        rows: usize,
        given: &StringArray,
        content: &dyn Fn(usize) -> u128,
    ) -> Result<StringArray, BadValue> {
        let mut ids = Vec::with_capacity(rows);
        for row in 0..rows {
            let own = given.is_valid(row).then(|| given.value(row));
            ids.push(match own {
                Some(id) if self.given.insert(digest(id.as_bytes())) => id.to_owned(),
                Some(id) => {
                    let advice = "with `omit: [id]` ids are made of the rows' content";
                    let message = format!("the id `{id}` occurs a second time: {advice}");
                    return Err(BadValue { row: Some(row), message });
                }
                None => self.made(content(row)),
            });
        }
        Ok(StringArray::from(ids))
    }

    fn made(&mut self, content: u128) -> String {
        let occurrence = self.occurrences.entry(content as u64).or_default();
        let id = self.context.child_id([format!("{content:032x}").as_str()], u64::from(*occurrence));
        *occurrence += 1;
        id
    }
}

/// 128 bits that stand for some bytes.
pub(super) fn digest(bytes: &[u8]) -> u128 {
    let hash = blake3::hash(bytes);
    u128::from_le_bytes(hash.as_bytes()[..16].try_into().expect("a digest has 32 bytes"))
}
