//! Where words start and end in a lowercase text.
//!
//! Owns the scan over bytes, 64 at a time and without a branch a byte.
//! Refuses to know Unicode: the text given is one in which every non-ASCII byte belongs to a word (see `lowercase`).

/// How many positions are written at a time.
const GROUP: usize = 12;

/// The boundaries of the words of one text: where each starts and ends, in turn.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    /// Longer than `count`, so that a block's boundaries are written without asking for room for each.
    positions: Vec<usize>,
    count: usize,
}

impl Boundaries {
    /// Forgets the text before and takes the one in `blocks`, which must end with a space.
    pub(super) fn read(&mut self, blocks: &[[u8; 64]]) {
        let room = 64 * blocks.len();
        if self.positions.len() < room {
            self.positions.resize(room, 0);
        }
        self.count = 0;
        let mut inside = 0;
        for (index, block) in blocks.iter().enumerate() {
            let words = word_bits(block);
            self.push(64 * index, words ^ (words << 1 | inside));
            inside = words >> 63;
        }
    }

    /// The positions: two for each word.
    #[inline]
    pub(super) fn positions(&self) -> &[usize] {
        &self.positions[..self.count]
    }

    /// Adds the positions of the bits in `changes`, counted from `base`.
    ///
    /// Writes in groups of a fixed size, whatever the number of bits, and counts only those that are meant: a loop
    /// that ends with the bits would be mispredicted once a block, which costs more than the writes.
    #[inline]
    fn push(&mut self, base: usize, mut changes: u64) {
        let count = changes.count_ones() as usize;
        let mut room = self.positions[self.count..].chunks_mut(GROUP);
        self.count += count;
        while changes != 0 {
            for position in room.next().unwrap_or_default() {
                *position = base + (changes | 1 << 63).trailing_zeros() as usize;
                changes &= changes.wrapping_sub(1);
            }
        }
    }
}

/// Bit `i` says whether byte `i` belongs to a word.
#[inline]
fn word_bits(block: &[u8; 64]) -> u64 {
    let flags = block.map(|byte| u8::from(is_word(byte)));
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().zip(0..).fold(0, |bits, (eight, place)| bits | gather(*eight) << (8 * place))
}

/// Written without short circuits, so that it compiles to vector comparisons.
#[inline]
fn is_word(byte: u8) -> bool {
    (byte.wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10) | (byte == b'_') | (byte >= 0x80)
}

/// Eight bytes of 0 or 1 as eight bits: the product moves byte `i` to bit `56 + i`.
#[inline]
fn gather(flags: [u8; 8]) -> u64 {
    u64::from_le_bytes(flags).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
