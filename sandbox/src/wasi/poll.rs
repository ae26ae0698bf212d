//! Waiting: streams are always ready, and a timer is when the virtual clock has been moved on to it.

use std::time::Duration;

use wasmtime::{Caller, Linker, Result};

use super::memory::{give_list, read};
use super::state::State;
use crate::machine::Stop;
use crate::outcome::Limit;

/// The moments that the guest's timers wait for; a timer's handle is its place, counted from one.
#[derive(Debug, Default)]
pub(super) struct Timers(Vec<u64>);

/// The handle of everything that is always ready.
const READY: i32 = 0;

/// More timers than any C library holds at once.
const MOST: usize = 4096;

pub(super) fn add(linker: &mut Linker<State>) -> Result<()> {
    let (streams, clock, poll) = ("wasi:io/streams@0.2.0", "wasi:clocks/monotonic-clock@0.2.0", "wasi:io/poll@0.2.0");
    linker.func_wrap(streams, "[method]input-stream.subscribe", |_: i32| READY)?;
    linker.func_wrap(streams, "[method]output-stream.subscribe", |_: i32| READY)?;
    linker.func_wrap(clock, "subscribe-instant", |mut caller: Caller<'_, State>, at: i64| {
        caller.data_mut().timers.add(at.cast_unsigned())
    })?;
    linker.func_wrap(clock, "subscribe-duration", |mut caller: Caller<'_, State>, time: i64| {
        let at = caller.data().clock.now.saturating_add(time.cast_unsigned());
        caller.data_mut().timers.add(at)
    })?;
    linker.func_wrap(poll, "[method]pollable.block", |mut caller: Caller<'_, State>, handle: i32| {
        let at = caller.data().timers.moment(handle);
        sleep_until(&mut caller, at)
    })?;
    linker.func_wrap(poll, "[method]pollable.ready", |caller: Caller<'_, State>, handle: i32| {
        i32::from(caller.data().timers.moment(handle) <= caller.data().clock.now)
    })?;
    linker.func_wrap(poll, "poll", wait)?;
    linker.func_wrap(poll, "[resource-drop]pollable", |mut caller: Caller<'_, State>, handle: i32| {
        caller.data_mut().timers.remove(handle);
    })?;
    Ok(())
}

/// Moves the clock to the first moment that one of the pollables waits for, and names those that are ready then.
fn wait(mut caller: Caller<'_, State>, handles: i32, count: i32, result: i32) -> Result<()> {
    let (bytes, state) = read(&mut caller, handles, count.saturating_mul(4))?;
    let handles = bytes.chunks_exact(4).map(|word| i32::from_le_bytes([word[0], word[1], word[2], word[3]]));
    let moments: Vec<u64> = handles.map(|handle| state.timers.moment(handle)).collect();
    sleep_until(&mut caller, moments.iter().copied().min().unwrap_or_default())?;
    let now = caller.data().clock.now;
    let ready: Vec<u32> = (0..).zip(&moments).filter(|&(_, &moment)| moment <= now).map(|(index, _)| index).collect();
    let bytes: Vec<u8> = ready.iter().flat_map(|index| index.to_le_bytes()).collect();
    give_list(&mut caller, result, &bytes, ready.len())
}

/// Sleeping takes no time and is charged like computing: a nanosecond of the time limit, or a unit of fuel, for each
/// nanosecond, so that it is as if the program had waited busily.
fn sleep_until(caller: &mut Caller<'_, State>, moment: u64) -> Result<()> {
    let time = moment.saturating_sub(caller.data().clock.now);
    if time == 0 {
        return Ok(());
    }
    caller.data_mut().clock.now += time;
    caller.data_mut().meter.sleep(Duration::from_nanos(time))?;
    if let Ok(fuel) = caller.get_fuel() {
        let left = fuel.checked_sub(time).ok_or(Stop::Limit(Limit::Fuel));
        caller.set_fuel(left.as_ref().copied().unwrap_or_default())?;
        left?;
    }
    Ok(())
}

impl Timers {
    fn add(&mut self, moment: u64) -> Result<i32> {
        if self.0.len() >= MOST {
            return Err(Stop::Broken("it set too many timers at once".to_owned()).into());
        }
        self.0.push(moment);
        Ok(i32::try_from(self.0.len()).unwrap_or(READY))
    }

    fn moment(&self, handle: i32) -> u64 {
        let index = usize::try_from(handle).unwrap_or_default().checked_sub(1);
        index.and_then(|index| self.0.get(index)).copied().unwrap_or_default()
    }

    /// Timers are dropped in the reverse of the order in which they were set, so the last ones can be forgotten.
    fn remove(&mut self, handle: i32) {
        if usize::try_from(handle).is_ok_and(|handle| handle > 0 && handle == self.0.len()) {
            self.0.pop();
        }
    }
}
