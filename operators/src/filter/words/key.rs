//! Hashes of words and of runs of words.
//!
//! Owns the numbers that must be the same on every platform: little-endian loads and integer arithmetic only.
//! Refuses to know where words come from. Equal keys do not prove equal words; who needs the proof compares the words.

use std::num::NonZeroUsize;
use std::ops::Range;

/// How far past the start of the last word [`word`] may read; the text is padded by as much.
pub(super) const READ_AHEAD: usize = 8;

const FIRST: u64 = 0xa076_1d64_78bd_642f;
const SECOND: u64 = 0xe703_7ed1_a0b4_28db;
const GRAM: u64 = 0x8ebc_6af0_9c88_c6e3;

/// The key of the word at `place` in `text`, which must not be empty.
///
/// A word of up to eight bytes, which most are, costs one load and one wide multiplication.
#[inline]
pub(super) fn word(text: &[u8], place: Range<usize>) -> u64 {
    let Range { start, end } = place;
    let length = end - start;
    if length <= 8 {
        let unused_bits = 64 - 8 * length;
        return fold((load(text, start) << unused_bits) ^ FIRST, SECOND);
    }
    // Whole loads from the front, then the last eight bytes; loads may overlap.
    let mut key = length as u64;
    let mut position = start;
    while position + 8 < end {
        key = fold(key ^ load(text, position) ^ FIRST, SECOND);
        position += 8;
    }
    fold(key ^ load(text, end - 8) ^ SECOND, FIRST)
}

/// The key of a run of words followed by one word more; the empty run has key 0.
#[inline]
pub(super) fn append(run: u64, word: u64) -> u64 {
    run.wrapping_mul(GRAM).wrapping_add(word)
}

/// Replaces the keys of words by those of all runs of `count` of them.
///
/// Each run from its words, not from the run before: for runs of a few words that is faster, because no step waits for
/// the one before.
pub(super) fn join_runs(keys: &mut Vec<u64>, count: NonZeroUsize) {
    let runs = (keys.len() + 1).saturating_sub(count.get());
    for start in 0..runs {
        keys[start] = keys[start..start + count.get()].iter().fold(0, |run, word| append(run, *word));
    }
    keys.truncate(runs);
}

#[inline]
fn load(text: &[u8], start: usize) -> u64 {
    text[start..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Both halves of a wide product, so that every bit of the factors reaches every bit of the result.
#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}
