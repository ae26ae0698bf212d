//! What the interpreter may ask of the outside: three streams, a virtual clock, seeded random bytes. Nothing else.
//!
//! The interfaces are WASI 0.2's in their flat form, as CPython's C library imports them: a function that gives a
//! result takes the address to write it to, and lists are written to memory that the guest's own allocator gives. There
//! are no files, no directories, no sockets, no environment, no arguments and no processes: what would need them is
//! either answered with an error that C knows, or not linked, which ends the run.

mod clocks;
mod link;
mod memory;
mod nothing;
mod poll;
mod random;
mod state;
mod streams;

pub(crate) use link::linker;
pub(crate) use state::State;
