//! Writing results into the guest's memory. Owns the checks of the addresses that the guest gives.

use wasmtime::{Caller, Result};

use super::state::State;
use crate::machine::Stop;

/// Writes bytes at an address that the guest gave.
pub(super) fn write(caller: &mut Caller<'_, State>, address: i32, bytes: &[u8]) -> Result<()> {
    let memory = caller.data().memory()?;
    memory.write(caller, address.cast_unsigned() as usize, bytes).map_err(|_| outside())
}

/// Writes several 32-bit words one after another, as a flat record of WASI lies in memory.
pub(super) fn write_words(caller: &mut Caller<'_, State>, address: i32, words: &[u32]) -> Result<()> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    write(caller, address, &bytes)
}

/// Puts a list into memory of the guest's allocator, and its address and length at `result`.
pub(super) fn give_list(caller: &mut Caller<'_, State>, result: i32, bytes: &[u8], length: usize) -> Result<()> {
    let address = allocate(caller, bytes.len())?;
    write(caller, address.cast_signed(), bytes)?;
    write_words(caller, result, &[address, u32::try_from(length).map_err(|_| outside())?])
}

/// Memory of the guest's allocator.
pub(super) fn allocate(caller: &mut Caller<'_, State>, length: usize) -> Result<u32> {
    let allocate = caller.data().allocator()?;
    let length = i32::try_from(length).map_err(|_| outside())?;
    Ok(allocate.call(caller, (0, 0, 8, length))?.cast_unsigned())
}

/// The guest's memory from `address` on, beside the host's own state.
pub(super) fn read<'a>(
    caller: &'a mut Caller<'_, State>,
    address: i32,
    length: i32,
) -> Result<(&'a [u8], &'a mut State)> {
    let memory = caller.data().memory()?;
    let (bytes, state) = memory.data_and_store_mut(caller);
    let start = address.cast_unsigned() as usize;
    let bytes = bytes.get(start..start + length.cast_unsigned() as usize).ok_or_else(outside)?;
    Ok((bytes, state))
}

fn outside() -> wasmtime::Error {
    Stop::Broken("it gave the host an address outside its memory".to_owned()).into()
}
