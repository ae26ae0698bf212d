//! Numbers of one precision into another, straight from a file. Owns the pieces in which that is done, so that no more
//! than the result is in memory.

use std::os::unix::fs::FileExt;

use burn::tensor::{AllocationProperty, Bytes};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use rayon::prelude::*;

use super::mapped::MappedFile;
use super::{Dtype, WeightsError};

/// How many numbers are converted at a time: what fits into a core's own cache.
const PIECE: usize = 1 << 16;

const _: () = assert!(cfg!(target_endian = "little"), "safetensors files are little-endian");

/// Mapped bytes as a tensor's own. They are copied only when the tensor is written to.
pub(super) fn share(bytes: bytes::Bytes) -> Bytes {
    Bytes::from_shared(bytes, AllocationProperty::File)
}

/// Reads `count` numbers that begin at `start`.
pub(super) fn read(
    file: &MappedFile,
    start: u64,
    count: usize,
    [stored, wanted]: [Dtype; 2],
) -> Result<Bytes, WeightsError> {
    let pieces = Pieces { file, start, stored };
    match wanted {
        Dtype::F32 => pieces.read_all(count, |numbers: &[f32], piece: &mut [f32]| piece.copy_from_slice(numbers)),
        Dtype::Bf16 => pieces.read_all(count, |numbers, piece: &mut [bf16]| piece.convert_from_f32_slice(numbers)),
        Dtype::F16 => pieces.read_all(count, |numbers, piece: &mut [f16]| piece.convert_from_f32_slice(numbers)),
    }
}

struct Pieces<'a> {
    file: &'a MappedFile,
    start: u64,
    stored: Dtype,
}

impl Pieces<'_> {
    /// Every piece in single precision, handed to `narrow` with the piece of the result that it becomes.
    fn read_all<T: bytemuck::Pod + Send + Sync>(
        &self,
        count: usize,
        narrow: impl Fn(&[f32], &mut [T]) + Sync,
    ) -> Result<Bytes, WeightsError> {
        let mut result = vec![T::zeroed(); count];
        result.par_chunks_mut(PIECE).enumerate().try_for_each_init(
            || (vec![0; PIECE * self.stored.size()], vec![0.0; PIECE]),
            |(bytes, numbers), (index, piece)| {
                let bytes = &mut bytes[..piece.len() * self.stored.size()];
                let offset = self.start + (index * PIECE * self.stored.size()) as u64;
                self.file.file.read_exact_at(bytes, offset).map_err(WeightsError::file("read", &self.file.path))?;
                widen(bytes, self.stored, &mut numbers[..piece.len()]);
                narrow(&numbers[..piece.len()], piece);
                Ok(())
            },
        )?;
        Ok(Bytes::from_elems(result))
    }
}

fn widen(bytes: &[u8], stored: Dtype, numbers: &mut [f32]) {
    let (pairs, _) = bytes.as_chunks::<2>();
    let halves = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    match stored {
        Dtype::F32 => {
            numbers.iter_mut().zip(bytes.as_chunks().0).for_each(|(to, from)| *to = f32::from_le_bytes(*from))
        }
        Dtype::Bf16 => numbers.iter_mut().zip(halves).for_each(|(to, from)| *to = bf16::from_bits(from).to_f32()),
        Dtype::F16 => numbers.iter_mut().zip(halves).for_each(|(to, from)| *to = f16::from_bits(from).to_f32()),
    }
}
