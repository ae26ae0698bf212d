//! Virtual time: it begins at a fixed moment, and passes when it is read and when the program sleeps.

use wasmtime::{Caller, Linker, Result};

use super::memory::{write, write_words};
use super::state::{Clock, State};

/// The moment at which every run begins: 2025-01-01 00:00:00 UTC.
const EPOCH: u64 = 1_735_689_600;

/// What one look at the clock takes, in nanoseconds: little enough for a program that times itself, and enough for one
/// that computes until its time is up to come to an end.
const GLANCE: u64 = 20_000;

const SECOND: u64 = 1_000_000_000;

pub(super) fn add(linker: &mut Linker<State>) -> Result<()> {
    let (monotonic, wall) = ("wasi:clocks/monotonic-clock@0.2.0", "wasi:clocks/wall-clock@0.2.0");
    linker.func_wrap(monotonic, "now", |mut caller: Caller<'_, State>| caller.data_mut().clock.read().cast_signed())?;
    linker.func_wrap(monotonic, "resolution", || GLANCE.cast_signed())?;
    linker.func_wrap(wall, "now", |mut caller: Caller<'_, State>, result: i32| {
        let now = caller.data_mut().clock.read();
        write_datetime(&mut caller, result, EPOCH + now / SECOND, now % SECOND)
    })?;
    linker.func_wrap(wall, "resolution", |mut caller: Caller<'_, State>, result: i32| {
        write_datetime(&mut caller, result, 0, GLANCE)
    })?;
    Ok(())
}

fn write_datetime(caller: &mut Caller<'_, State>, result: i32, seconds: u64, nanoseconds: u64) -> Result<()> {
    write(caller, result, &seconds.to_le_bytes())?;
    write_words(caller, result + 8, &[u32::try_from(nanoseconds).unwrap_or_default()])
}

impl Clock {
    fn read(&mut self) -> u64 {
        self.now = self.now.saturating_add(GLANCE);
        self.now
    }
}
