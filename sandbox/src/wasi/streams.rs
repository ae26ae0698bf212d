//! Standard input, output and error as memory of the host.

use wasmtime::{Caller, Linker, Result};

use super::memory::{give_list, read, write, write_words};
use super::state::State;
use crate::machine::Stop;
use crate::outcome::Limit;

const STREAMS: &str = "wasi:io/streams@0.2.0";

/// The handles of the three streams.
const STDIN: i32 = 1;
const STDOUT: i32 = 2;
const STDERR: i32 = 3;

/// Bytes given in one read at most, whatever the buffer: the copy lies in the guest's memory beside it.
const CHUNK: usize = 1 << 20;

/// Tags of `result` and of `stream-error`.
const OK: u32 = 0;
const ERROR: u32 = 1;
const CLOSED: u32 = 1;

pub(super) fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap("wasi:cli/stdin@0.2.0", "get-stdin", || STDIN)?;
    linker.func_wrap("wasi:cli/stdout@0.2.0", "get-stdout", || STDOUT)?;
    linker.func_wrap("wasi:cli/stderr@0.2.0", "get-stderr", || STDERR)?;
    linker.func_wrap(STREAMS, "[method]input-stream.read", take)?;
    linker.func_wrap(STREAMS, "[method]input-stream.blocking-read", take)?;
    linker.func_wrap(STREAMS, "[method]output-stream.check-write", check_write)?;
    linker.func_wrap(STREAMS, "[method]output-stream.write", put)?;
    linker.func_wrap(STREAMS, "[method]output-stream.blocking-write-and-flush", put)?;
    linker.func_wrap(STREAMS, "[method]output-stream.blocking-flush", flush)?;
    Ok(())
}

fn take(mut caller: Caller<'_, State>, _stream: i32, length: i64, result: i32) -> Result<()> {
    let input = &mut caller.data_mut().stdin;
    let wanted = usize::try_from(length).unwrap_or(usize::MAX).min(CHUNK);
    let start = input.position;
    let end = input.bytes.len().min(start.saturating_add(wanted));
    input.position = end;
    if start == end && wanted > 0 {
        return write_words(&mut caller, result, &[ERROR, CLOSED]);
    }
    let bytes = std::sync::Arc::clone(&caller.data().stdin.bytes);
    write_words(&mut caller, result, &[OK])?;
    give_list(&mut caller, result + 4, &bytes[start..end], end - start)
}

fn check_write(mut caller: Caller<'_, State>, _stream: i32, result: i32) -> Result<()> {
    write_words(&mut caller, result, &[OK])?;
    write(&mut caller, result + 8, &(CHUNK as u64).to_le_bytes())
}

fn put(mut caller: Caller<'_, State>, stream: i32, address: i32, length: i32, result: i32) -> Result<()> {
    let (bytes, state) = read(&mut caller, address, length)?;
    let bytes = bytes.to_vec();
    match stream {
        STDOUT => state.stdout.write(&bytes),
        _ => state.stderr.write(&bytes),
    }
    if state.stdout.captured.cut {
        return Err(Stop::Limit(Limit::Output).into());
    }
    write_words(&mut caller, result, &[OK])
}

fn flush(mut caller: Caller<'_, State>, _stream: i32, result: i32) -> Result<()> {
    write_words(&mut caller, result, &[OK])
}
