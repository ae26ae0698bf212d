//! A memory's first contents as few, large segments without the zeros between them.
//!
//! Owns the order of writing (later segments win) and where to cut. A snapshot comes as thousands of segments with small
//! holes; the runtime maps one dense image of it either way, so a cut pays only where it keeps pages of zeros off the
//! disk.

use super::error::FlattenError;
use super::program::Memory;

const PAGE: u64 = 65536;

/// Shorter runs of zeros stay inside their segment.
const HOLE: usize = 4096;

/// The bytes of a memory before anything runs.
pub(super) struct Image(Vec<u8>);

impl Image {
    /// Writes the segments over zeros, in order.
    pub fn of(memory: &Memory<'_>) -> Result<Self, FlattenError> {
        let end = memory.segments.iter().map(|(offset, bytes)| offset + bytes.len() as u64).max().unwrap_or(0);
        let size = memory.kind.initial.saturating_mul(PAGE).min(1 << 32);
        let (mut image, length) = (Vec::new(), usize::try_from(end).unwrap_or(usize::MAX));
        if end > size {
            return Err(FlattenError::Overflow { what: "memory", offset: 0, length, size });
        }
        image.resize(length, 0);
        for (offset, bytes) in &memory.segments {
            let start = usize::try_from(*offset).unwrap_or(usize::MAX);
            image[start..start + bytes.len()].copy_from_slice(bytes);
        }
        Ok(Self(image))
    }

    /// The parts that are not zeros, in order, with where they go.
    pub fn segments(&self) -> Vec<(usize, &[u8])> {
        let mut segments: Vec<(usize, usize)> = Vec::new();
        for (index, _) in self.0.iter().enumerate().filter(|(_, byte)| **byte != 0) {
            match segments.last_mut() {
                Some((_, end)) if index - *end < HOLE => *end = index + 1,
                _ => segments.push((index, index + 1)),
            }
        }
        segments.into_iter().map(|(start, end)| (start, &self.0[start..end])).collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use wasmparser::MemoryType;

    fn memory<'a>(pages: u64, segments: &[(u64, &'a [u8])]) -> Memory<'a> {
        let kind = MemoryType { memory64: false, shared: false, initial: pages, maximum: None, page_size_log2: None };
        Memory { kind, segments: segments.to_vec() }
    }

    #[test]
    fn later_segments_win_and_small_holes_stay_inside() {
        let image = Image::of(&memory(1, &[(10, b"aaaa"), (12, b"b"), (20, b"c")])).unwrap();
        assert_eq!(image.segments(), [(10, &b"aaba\0\0\0\0\0\0c"[..])]);
    }

    #[test]
    fn a_page_of_zeros_is_cut_out_even_from_inside_a_segment() {
        let mut bytes = vec![0; 3 * HOLE];
        (bytes[5], bytes[6 + HOLE]) = (1, 2);
        let image = Image::of(&memory(1, &[(0, &bytes)])).unwrap();
        assert_eq!(image.segments(), [(5, &[1][..]), (6 + HOLE, &[2][..])][..]);
        bytes[6] = 3;
        let image = Image::of(&memory(1, &[(0, &bytes)])).unwrap();
        assert_eq!(image.segments().len(), 1);
    }

    #[test]
    fn a_segment_beyond_the_memory_is_refused() {
        let error = Image::of(&memory(1, &[(65535, b"ab")])).err().unwrap();
        assert!(matches!(error, FlattenError::Overflow { what: "memory", .. }), "{error}");
    }
}
