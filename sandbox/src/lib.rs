//! CPython inside wasmtime: programs that nobody has read, run a million times, each in a pristine interpreter.
//!
//! Owns the interpreter's making, its runs and their limits. Knows no manifest, no cache of results, no event and no
//! row.

pub mod snapshot;
