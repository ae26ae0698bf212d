//! The ids of a source's rows: those that it brings, and those that are made of a row's content.

use std::io;

use arrow::array::{Array, StringArray};
use engine::operator::Context;
use engine::scratch::DigestMap;

use super::projection::BadValue;

/// Gives every row an id that no other row of the source has.
///
/// An id that is made depends on the row's content alone, so that it stays when other rows come and go. Rows of the same
/// content are told apart by counting them.
pub(super) struct Identify<'a> {
    context: &'a Context,
    /// How often each id was given, and each content met.
    given: DigestMap,
    contents: DigestMap,
}

impl<'a> Identify<'a> {
    /// No row yet.
    pub(super) fn new(context: &'a Context) -> Self {
        Self {
            context,
            given: DigestMap::new(context.scratch().clone()),
            contents: DigestMap::new(context.scratch().clone()),
        }
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
            ids.push(match given.is_valid(row) {
                true => self.given(row, given.value(row))?,
                false => self.made(content(row))?,
            });
        }
        Ok(StringArray::from(ids))
    }

    fn given(&mut self, row: usize, id: &str) -> Result<String, BadValue> {
        if occurred(&mut self.given, digest(id.as_bytes()))? > 0 {
            let advice = "with `omit: [id]` ids are made of the rows' content";
            let message = format!("the id `{id}` occurs a second time: {advice}");
            return Err(BadValue { row: Some(row), message });
        }
        Ok(id.to_owned())
    }

    fn made(&mut self, content: u128) -> io::Result<String> {
        let occurrence = occurred(&mut self.contents, content)?;
        Ok(self.context.child_id([format!("{content:032x}").as_str()], occurrence))
    }
}

/// Counts a digest; says how often it was counted before.
fn occurred(counts: &mut DigestMap, digest: u128) -> io::Result<u64> {
    let before = counts.get(digest)?.unwrap_or(0);
    counts.insert(digest, before + 1)?;
    Ok(before)
}

/// 128 bits that stand for some bytes.
pub(super) fn digest(bytes: &[u8]) -> u128 {
    let hash = blake3::hash(bytes);
    u128::from_le_bytes(hash.as_bytes()[..16].try_into().expect("a digest has 32 bytes"))
}
