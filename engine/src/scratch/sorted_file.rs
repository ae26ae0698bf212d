//! A file of digests with their numbers, sorted.
//!
//! Owns its layout and what of it stays in memory: a Bloom filter, and the first digest of every block.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use fastbloom::BloomFilter;

use super::digest_map::Entry;

const ENTRY_BYTES: usize = 24;

/// Entries that are read at once: about a page.
const BLOCK: usize = 170;

/// Blocks that are read at once where all are read.
const BLOCKS_AHEAD: usize = 16;

/// Of digests that are not there one in a hundred is looked for.
const FILTER_BITS: usize = 10;

/// A sorted file.
#[derive(Debug)]
pub(super) struct SortedFile {
    file: File,
    level: u32,
    length: usize,
    filter: BloomFilter,
    /// The first digest of every block.
    first: Vec<u128>,
}

impl SortedFile {
    /// Writes entries that come sorted, each digest once; about `expected` of them.
    pub(super) fn write(
        file: File,
        level: u32,
        expected: usize,
        entries: impl Iterator<Item = io::Result<Entry>>,
    ) -> io::Result<Self> {
        let filter = BloomFilter::with_num_bits(expected * FILTER_BITS).seed(&0).expected_items(expected);
        let mut sorted = Self { file, level, length: 0, filter, first: Vec::with_capacity(expected.div_ceil(BLOCK)) };
        let mut out = BufWriter::with_capacity(1 << 16, sorted.file.try_clone()?);
        for entry in entries {
            let (digest, number) = entry?;
            if sorted.length.is_multiple_of(BLOCK) {
                sorted.first.push(digest);
            }
            sorted.filter.insert_hash(digest as u64);
            sorted.length += 1;
            out.write_all(&digest.to_le_bytes())?;
            out.write_all(&number.to_le_bytes())?;
        }
        out.flush()?;
        Ok(sorted)
    }

    /// How many merges lie behind it.
    pub(super) fn level(&self) -> u32 {
        self.level
    }

    /// How many entries it has.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The number under a digest.
    pub(super) fn get(&self, digest: u128) -> io::Result<Option<u64>> {
        if !self.filter.contains_hash(digest as u64) {
            return Ok(None);
        }
        let Some(block) = self.first.partition_point(|first| *first <= digest).checked_sub(1) else { return Ok(None) };
        let mut bytes = [0; BLOCK * ENTRY_BYTES];
        let entries = self.read(block * BLOCK, &mut bytes)?;
        let found = entries.binary_search_by_key(&digest, |bytes| entry(bytes).0);
        Ok(found.ok().map(|place| entry(&entries[place]).1))
    }

    /// All entries in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = io::Result<Entry>> {
        let blocks = (0..self.length).step_by(BLOCK * BLOCKS_AHEAD);
        blocks.flat_map(|start| {
            let mut bytes = vec![0; BLOCK * BLOCKS_AHEAD * ENTRY_BYTES];
            match self.read(start, &mut bytes) {
                Ok(entries) => entries.iter().map(|bytes| Ok(entry(bytes))).collect(),
                Err(error) => vec![Err(error)],
            }
        })
    }

    /// The entries from `start` that `bytes` has room for.
    fn read<'b>(&self, start: usize, bytes: &'b mut [u8]) -> io::Result<&'b [[u8; ENTRY_BYTES]]> {
        let length = bytes.len().min((self.length - start) * ENTRY_BYTES);
        let bytes = &mut bytes[..length];
        self.file.read_exact_at(bytes, (start * ENTRY_BYTES) as u64)?;
        Ok(bytes.as_chunks().0)
    }
}

fn entry(bytes: &[u8; ENTRY_BYTES]) -> Entry {
    let (digest, number) = bytes.split_at(16);
    let digest = u128::from_le_bytes(digest.try_into().expect("16 of 24 bytes"));
    (digest, u64::from_le_bytes(number.try_into().expect("8 of 24 bytes")))
}
