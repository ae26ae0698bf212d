//! The making of the interpreter: from pinned packages to one verified core module on disk.
//!
//! Owns the recipe, the fetching, the flattening and the store. Knows no runtime: it neither compiles nor instantiates.

mod flatten;

pub use flatten::{FlattenError, flatten};
