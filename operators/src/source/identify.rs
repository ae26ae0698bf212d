//! The ids of a source's rows: those that it brings, and those that are made of a row's content.

use std::collections::{HashMap, HashSet};

use arrow::array::{Array, StringArray};
use engine::operator::Context;

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

/// An id that two rows bring.
pub(super) struct Duplicate {
    /// The second row, by its place among those given.
    pub(super) row: usize,
    /// The id.
    pub(super) id: String,
}

impl<'a> Identify<'a> {
    /// No row yet.
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, given: HashSet::new(), occurrences: HashMap::new() }
    }

    /// The ids of `rows` rows: the given ones, and where there is none one made of the row's content.
    pub(super) fn ids(
        &mut self,
        rows: usize,
        given: Option<&StringArray>,
        content: &dyn Fn(usize) -> u128,
    ) -> Result<StringArray, Duplicate> {
        let mut ids = Vec::with_capacity(rows);
        for row in 0..rows {
            let own = given.filter(|given| given.is_valid(row)).map(|given| given.value(row));
            ids.push(match own {
                Some(id) if self.given.insert(digest(id.as_bytes())) => id.to_owned(),
                Some(id) => return Err(Duplicate { row, id: id.to_owned() }),
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
