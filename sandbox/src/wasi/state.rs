//! What the host keeps for one run. Owns the streams, the virtual clock, the random numbers and the memory's ceiling.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Memory, ResourceLimiter, Result, TypedFunc};

use super::poll::Timers;
use super::random::Random;
use crate::limits::Limits;
use crate::machine::{Meter, Stop, Watch};
use crate::outcome::Captured;

/// What the host keeps for one run.
pub(crate) struct State {
    pub(crate) meter: Meter,
    pub(crate) ceiling: Ceiling,
    pub(crate) stdin: Input,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) timers: Timers,
    guest: Option<(Memory, Allocator)>,
}

type Allocator = TypedFunc<(i32, i32, i32, i32), i32>;

/// Standard input and how much of it was read.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) bytes: Arc<[u8]>,
    pub(super) position: usize,
}

/// A stream that the program writes to, and its limit.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) captured: Captured,
    limit: usize,
}

/// Virtual time since the run began, in nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pub(super) now: u64,
}

/// How large the memory may become, and whether the guest asked for more.
#[derive(Debug)]
pub(crate) struct Ceiling {
    bytes: usize,
    pub(crate) refused: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            meter: Meter::start(Arc::default(), Duration::MAX, Arc::default()),
            ceiling: Ceiling { bytes: usize::MAX, refused: false },
            stdin: Input::default(),
            stdout: Output::default(),
            stderr: Output::default(),
            clock: Clock::default(),
            random: Random::default(),
            timers: Timers::default(),
            guest: None,
        }
    }
}

impl State {
    /// Everything as it is before a run.
    pub(crate) fn begin(&mut self, meter: Meter, limits: &Limits, seed: u64, stdin: Arc<[u8]>) {
        let bytes = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        *self = Self {
            meter,
            ceiling: Ceiling { bytes: bytes(limits.memory), refused: false },
            stdin: Input { bytes: stdin, position: 0 },
            stdout: Output::limited(bytes(limits.output)),
            stderr: Output::limited(bytes(limits.output)),
            clock: Clock::default(),
            random: Random::seeded(seed),
            timers: Timers::default(),
            guest: self.guest.take(),
        };
    }

    /// Takes over the state of a run that goes on in another instance.
    pub(crate) fn go_on(&mut self, state: Self) {
        let watch = Arc::clone(self.meter.watch());
        *self = Self { guest: self.guest.take(), ..state };
        self.meter.go_on(watch);
    }

    /// Tells the host functions where the guest's memory and allocator are, and what stops it.
    pub(crate) fn attach(&mut self, memory: Memory, allocator: Allocator, watch: Arc<Watch>) {
        self.guest = Some((memory, allocator));
        self.meter.go_on(watch);
    }

    pub(super) fn memory(&self) -> Result<Memory> {
        self.guest.as_ref().map(|(memory, _)| *memory).ok_or_else(detached)
    }

    pub(super) fn allocator(&self) -> Result<Allocator> {
        self.guest.as_ref().map(|(_, allocator)| allocator.clone()).ok_or_else(detached)
    }
}

impl Output {
    fn limited(limit: usize) -> Self {
        Self { captured: Captured::default(), limit }
    }

    /// Keeps what there is room for.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        self.captured.keep(bytes, self.limit);
    }
}

impl ResourceLimiter for Ceiling {
    fn memory_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let allowed = desired <= self.bytes;
        self.refused |= !allowed;
        Ok(allowed)
    }

    fn table_growing(&mut self, _current: usize, _desired: usize, _maximum: Option<usize>) -> Result<bool> {
        Ok(true)
    }
}

fn detached() -> wasmtime::Error {
    Stop::Broken("it called the host while it was instantiated".to_owned()).into()
}
