//! A number under each of very many digests, in bounded memory: what does not fit lies in sorted files.
//!
//! Owns the split between memory and disk. Knows neither what is digested nor what the numbers mean.

use std::collections::HashMap;
use std::io;

use super::Scratch;
use super::merge::merged;
use super::sorted_file::SortedFile;

/// A digest with its number.
pub(super) type Entry = (u128, u64);

/// Entries in memory: a table of 2^20 places is full with 7/8 of them.
const IN_MEMORY: usize = (1 << 20) / 8 * 7;

/// So many files of a size become one.
const FAN_IN: usize = 8;

/// Numbers under digests: 32 MiB, and beyond a million entries 1.4 bytes each; the rest in files.
#[derive(Debug)]
pub struct DigestMap {
    scratch: Scratch,
    in_memory: usize,
    recent: HashMap<u128, u64>,
    /// From old to new, large to small.
    files: Vec<SortedFile>,
}

impl DigestMap {
    /// Nothing yet.
    #[must_use]
    pub fn new(scratch: Scratch) -> Self {
        Self::with_room(scratch, IN_MEMORY)
    }

    fn with_room(scratch: Scratch, in_memory: usize) -> Self {
        Self { scratch, in_memory, recent: HashMap::new(), files: Vec::new() }
    }

    /// The number under a digest: the one that was put there last.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn get(&self, digest: u128) -> io::Result<Option<u64>> {
        if let Some(number) = self.recent.get(&digest) {
            return Ok(Some(*number));
        }
        for file in self.files.iter().rev() {
            if let Some(number) = file.get(digest)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// Puts a number under a digest.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn insert(&mut self, digest: u128, number: u64) -> io::Result<()> {
        if self.recent.len() == self.in_memory {
            self.spill()?;
        }
        self.recent.insert(digest, number);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut entries: Vec<Entry> = self.recent.drain().collect();
        entries.sort_unstable();
        let count = entries.len();
        let file = SortedFile::write(self.scratch.file()?, 0, count, entries.into_iter().map(Ok));
        self.files.push(file?);
        while let Some(first) = self.to_merge() {
            let level = self.files[first].level() + 1;
            let expected = self.files[first..].iter().map(SortedFile::len).sum();
            let entries = merged(&self.files[first..]);
            let file = SortedFile::write(self.scratch.file()?, level, expected, entries)?;
            self.files.truncate(first);
            self.files.push(file);
        }
        Ok(())
    }

    /// Where the files at the end begin that are of one size and enough to become one.
    fn to_merge(&self) -> Option<usize> {
        let first = self.files.len().checked_sub(FAN_IN)?;
        let level = self.files[first].level();
        self.files[first..].iter().all(|file| file.level() == level).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Few high halves, so that digests share them; few digests, so that numbers are replaced.
        #[test]
        fn it_is_a_map(
            steps in proptest::collection::vec((0..3u128, 0..200u128, any::<u64>()), 0..2000),
            room in 1..40usize,
        ) {
            let (mut map, mut expected) = (DigestMap::with_room(Scratch::default(), room), BTreeMap::new());
            for (high, low, number) in steps {
                let digest = high << 64 | low;
                prop_assert_eq!(map.get(digest).unwrap(), expected.insert(digest, number));
                map.insert(digest, number).unwrap();
            }
            for digest in (0..3u128).flat_map(|high| (0..200u128).map(move |low| high << 64 | low)) {
                prop_assert_eq!(map.get(digest).unwrap(), expected.get(&digest).copied());
            }
        }
    }

    #[test]
    fn files_stay_few_and_digests_are_found_in_large_ones() {
        let mut map = DigestMap::with_room(Scratch::default(), 100);
        let digest =
            |number: u64| u128::from_le_bytes(blake3::hash(&number.to_le_bytes()).as_bytes()[..16].try_into().unwrap());
        (0..100_000).for_each(|number| map.insert(digest(number), number).unwrap());
        assert!(map.files.len() <= 4 * (FAN_IN - 1), "{} files", map.files.len());
        for number in 0..100_000 {
            assert_eq!(map.get(digest(number)).unwrap(), Some(number));
            assert_eq!(map.get(digest(number + 100_000)).unwrap(), None);
        }
    }
}
