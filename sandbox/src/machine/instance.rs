//! A live interpreter: one call into it, and back to the pristine state. Owns the soundness of the restoring.
//!
//! All that a run can change is the memory, the stack pointer, and this crate's own state: the module has no other
//! mutable global, never writes its table, and drops no segment, which is verified when it is made. Restoring the
//! memory and the pointer is therefore a new interpreter.

use std::sync::Arc;

use wasmtime::{Global, Instance as Raw, Memory, Store, TypedFunc, Val};

use super::barrier::Barrier;
use super::meter::Allowance;
use super::pages;
use super::signal;
use super::stop::Stop;
use super::watch::Watch;
use super::watchdog::{Watchdog, Watched};
use crate::error::HostError;
use crate::snapshot::SAFEPOINT;
use crate::wasi::State;

/// What a first write to a page costs, in copies of a page: the barrier's signal, the fault, and the kernel's own copy.
const FAULT: usize = 30;

/// Bytes that the runs of an instance may write without being thought heavy.
const USUAL: usize = 4 << 20;

/// Addresses that the C stack reaches only when it is about to overflow.
const STACK_FLOOR: i32 = 64 << 10;

/// A live interpreter.
pub(crate) struct Instance {
    /// Declared first: it goes before the memory that is watched.
    watched: Watched,
    store: Store<State>,
    memory: Memory,
    barrier: Option<Barrier>,
    stack_pointer: Global,
    stack_top: i32,
    allocate: TypedFunc<(i32, i32, i32, i32), i32>,
    run: TypedFunc<(i32, i32), i32>,
    after_run: TypedFunc<i32, ()>,
    /// An answer that lies in memory still. The guest must be told before it is called again, and not otherwise.
    answered: Option<i32>,
    wear: Wear,
}

/// How much of an instance's memory is copied back after every run because some earlier run wrote it.
///
/// A page that was written once is copied after every run that follows, and a new instance pays a fault for every page
/// that its runs write. So an instance is kept until the copies that only a heavy run made necessary have cost as much
/// as the faults of a new one.
#[derive(Default)]
struct Wear {
    usual: Option<usize>,
    excess: usize,
}

impl Wear {
    /// Whether the instance should go, after a run that leaves so many bytes to restore.
    fn is_out(&mut self, written: usize) -> bool {
        let usual = *self.usual.get_or_insert(written.min(USUAL));
        self.excess += written.saturating_sub(usual);
        self.excess > FAULT * usual.max(USUAL / 4)
    }
}

impl Instance {
    pub(crate) fn new(mut store: Store<State>, raw: &Raw, watchdog: &Watchdog) -> Result<Self, HostError> {
        let memory = raw.get_memory(&mut store, "memory").ok_or(HostError::Export("memory"))?;
        let stack_pointer =
            raw.get_global(&mut store, "__stack_pointer").ok_or(HostError::Export("__stack_pointer"))?;
        let stack_top = stack_pointer.get(&mut store).i32().ok_or(HostError::Export("__stack_pointer of type i32"))?;
        let allocate = raw.get_typed_func(&mut store, "cabi_realloc").map_err(|_| HostError::Export("cabi_realloc"))?;
        let run = raw.get_typed_func(&mut store, "run").map_err(|_| HostError::Export("run: func(job) -> answer"))?;
        let after_run =
            raw.get_typed_func(&mut store, "cabi_post_run").map_err(|_| HostError::Export("cabi_post_run"))?;
        let safepoint = raw.get_memory(&mut store, SAFEPOINT).ok_or(HostError::Export(SAFEPOINT))?;
        let watched = watchdog.watch(Arc::new(Watch::new(safepoint.data_mut(&mut store))));
        let barrier = Barrier::raise(memory.data_mut(&mut store));
        signal::handle(&mut store, Arc::clone(watched.watch()), barrier.clone());
        store.data_mut().attach(memory, allocate.clone(), Arc::clone(watched.watch()));
        Ok(Self {
            watched,
            store,
            memory,
            barrier,
            stack_pointer,
            stack_top,
            allocate,
            run,
            after_run,
            answered: None,
            wear: Wear::default(),
        })
    }

    /// What the host keeps for the run: streams, clocks, limits.
    pub(crate) fn state(&mut self) -> &mut State {
        self.store.data_mut()
    }

    /// What stops it.
    pub(crate) fn watch(&self) -> &Arc<Watch> {
        self.watched.watch()
    }

    /// Bytes of memory now.
    pub(crate) fn memory_size(&self) -> u64 {
        self.memory.data_size(&self.store) as u64
    }

    /// Whether the C stack, which grows down to address zero, was nearly used up when the run stopped.
    pub(crate) fn is_deep(&mut self) -> bool {
        self.stack_pointer.get(&mut self.store).i32().is_some_and(|pointer| pointer < STACK_FLOOR)
    }

    /// One call into the interpreter: gives it a frame and takes its answer. Says what fuel it used, where that is
    /// metered. After a `Stop` the instance must be restored before it is called again.
    pub(crate) fn call(&mut self, frame: &[u8], allowance: Allowance) -> (Result<Vec<u8>, Stop>, Option<u64>) {
        self.store.data_mut().meter.allow(allowance.time);
        if let Some(fuel) = allowance.fuel {
            // It fails only where fuel is not metered, and there is no allowance then.
            drop(self.store.set_fuel(fuel));
        }
        let watch = Arc::clone(self.watch());
        let answer = self.exchange(frame);
        watch.rest();
        let answer = answer.map_err(|error| watch.stopped().unwrap_or_else(|| Stop::from_error(&error)));
        let used = allowance.fuel.map(|fuel| fuel - self.store.get_fuel().unwrap_or(fuel));
        (answer, used)
    }

    fn exchange(&mut self, frame: &[u8]) -> wasmtime::Result<Vec<u8>> {
        if let Some(answer) = self.answered.take() {
            self.after_run.call(&mut self.store, answer)?;
        }
        let length = i32::try_from(frame.len()).map_err(|_| Stop::Limit(crate::outcome::Limit::Memory))?;
        let address = self.allocate.call(&mut self.store, (0, 0, 1, length))?;
        let place = address.cast_unsigned() as usize;
        if let Some(barrier) = &self.barrier {
            barrier.open(place..place.saturating_add(frame.len()));
        }
        self.memory.write(&mut self.store, place, frame)?;
        let answer = self.run.call(&mut self.store, (address, length))?;
        let slice = |address: usize, length: usize| self.memory.data(&self.store).get(address..address + length);
        let word = |address: u32| {
            let bytes = slice(address as usize, 4)?;
            Some(u32::from_le_bytes(bytes.try_into().ok()?))
        };
        self.answered = Some(answer);
        let place = answer.cast_unsigned();
        word(place)
            .zip(word(place.wrapping_add(4)))
            .and_then(|(start, length)| slice(start as usize, length as usize))
            .map(<[u8]>::to_vec)
            .ok_or_else(|| Stop::Broken("the answer lies outside its memory".to_owned()).into())
    }

    /// Makes the interpreter as it was before its first run. `false` where only a new instance can be: the memory
    /// grew, heavy runs have worn this one out, or the kernel does not tell what was written.
    #[must_use]
    pub(crate) fn restore(&mut self, image: &[u8]) -> bool {
        self.answered = None;
        let memory = self.memory.data_mut(&mut self.store);
        if memory.len() != image.len() {
            return false;
        }
        let Some(written) = self.barrier.as_ref().and_then(Barrier::written).or_else(|| pages::written(memory)) else {
            return false;
        };
        if self.wear.is_out(written.iter().map(ExactSizeIterator::len).sum()) {
            return false;
        }
        for range in written {
            memory[range.clone()].copy_from_slice(&image[range]);
        }
        self.stack_pointer.set(&mut self.store, Val::I32(self.stack_top)).is_ok()
    }

    /// Compares everything that a run can change with a new instance: the whole memory, byte by byte.
    pub(crate) fn is_pristine(&mut self, image: &[u8]) -> bool {
        self.stack_pointer.get(&mut self.store).i32() == Some(self.stack_top) && self.memory.data(&self.store) == image
    }
}
