//! The WebAssembly machine: one interpreter's code, live instances of it, and how they are restored after every run.
//!
//! Knows frames of bytes and why a run stopped; what the frames mean stands in `session`.

mod barrier;
mod clock;
mod compile;
mod instance;
mod meter;
mod metering;
mod pages;
mod prototype;
mod signal;
mod stop;
mod watch;
mod watchdog;

pub use metering::Metering;

pub(crate) use compile::{compile, compile_key, load};
pub(crate) use instance::Instance;
pub(crate) use meter::{Allowance, Meter};
pub(crate) use metering::STACK;
pub(crate) use prototype::Prototype;
pub(crate) use stop::Stop;
pub(crate) use watch::Watch;
