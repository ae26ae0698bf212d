//! From a pre-initialised component to one core module: one memory, one table, one mutable global, no start function.
//!
//! Owns the linking that a component runtime would do at every start: who imports what is read from the component's own
//! instructions, never from module names or numbers. Knows no file, no Python and no runtime.
//!
//! The order of the files is the order of the work: a *component* is read and linked into a *program*, *forwarders* are
//! looked through, what cannot be *reached* is left out, and the rest is *laid out* and *emitted*.

mod component;
mod constant;
mod emit;
mod error;
mod forward;
mod image;
mod layout;
mod link;
mod module;
mod program;
mod reach;
mod renumber;
pub(crate) mod safepoint;

pub use emit::flatten;
pub use error::FlattenError;

/// Raised whenever the same component would give another module: part of the interpreter's identity.
pub const VERSION: u32 = 2;
