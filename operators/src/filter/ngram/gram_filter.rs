//! A set of hashes that may say "present" wrongly and never says "absent" wrongly.
//!
//! Owns one bit array, small enough for the first-level cache when a benchmark has some ten thousand words: a Bloom
//! filter with one hash, because a wrong "present" costs a few more probes and a second hash costs one on each probe.
//! Refuses to know what the hashes are of.

/// Bits for each hash; one wrong "present" in sixteen when full.
const BITS_PER_KEY: usize = 16;

/// The filter; it grows with what is inserted.
#[derive(Debug)]
pub(super) struct GramFilter {
    bits: Vec<u64>,
    /// A key's bit is its highest bits, so that growing splits bits in order.
    shift: u32,
    keys: Vec<u64>,
}

impl GramFilter {
    /// An empty filter.
    pub(super) fn new() -> Self {
        Self { bits: vec![0; 64], shift: 64 - 12, keys: Vec::new() }
    }

    /// Whether `key` may have been inserted.
    #[inline]
    pub(super) fn contains(&self, key: u64) -> bool {
        let bit = key >> self.shift;
        self.bits[(bit / 64) as usize] >> (bit % 64) & 1 == 1
    }

    /// Adds `key`.
    pub(super) fn insert(&mut self, key: u64) {
        self.keys.push(key);
        if self.keys.len() * BITS_PER_KEY > self.bits.len() * 64 {
            self.grow();
        } else {
            self.set(key);
        }
    }

    /// Drops repeated keys and leaves room for as many again, so that sorting is rare however often keys repeat.
    fn grow(&mut self) {
        self.keys.sort_unstable();
        self.keys.dedup();
        while 2 * self.keys.len() * BITS_PER_KEY > self.bits.len() * 64 {
            self.bits = vec![0; self.bits.len() * 2];
            self.shift -= 1;
        }
        for index in 0..self.keys.len() {
            self.set(self.keys[index]);
        }
    }

    fn set(&mut self, key: u64) {
        let bit = key >> self.shift;
        self.bits[(bit / 64) as usize] |= 1 << (bit % 64);
    }
}
