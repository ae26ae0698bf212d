//! Random bytes that are the same in every run with the same seed.

use wasmtime::{Caller, Linker, Result};

use super::memory::{give_list, write_words};
use super::state::State;
use crate::machine::Stop;
use crate::outcome::Limit;

/// SplitMix64: eight bytes a step. Programs are judged by it, nothing is kept secret by it.
#[derive(Debug, Default)]
pub(super) struct Random(u64);

/// Bytes given in one call at most.
const MOST: usize = 1 << 24;

pub(super) fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "wasi:random/random@0.2.0",
        "get-random-bytes",
        |mut caller: Caller<'_, State>, length: i64, result: i32| -> Result<()> {
            let length = usize::try_from(length).ok().filter(|length| *length <= MOST);
            let length = length.ok_or(Stop::Limit(Limit::Memory))?;
            let bytes = caller.data_mut().random.bytes(length);
            give_list(&mut caller, result, &bytes, length)
        },
    )?;
    linker.func_wrap(
        "wasi:random/insecure-seed@0.2.0",
        "insecure-seed",
        |mut caller: Caller<'_, State>, result: i32| write_words(&mut caller, result, &[0; 4]),
    )?;
    Ok(())
}

impl Random {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> =
            std::iter::repeat_with(|| self.next().to_le_bytes()).take(length.div_ceil(8)).flatten().collect();
        bytes.truncate(length);
        bytes
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
