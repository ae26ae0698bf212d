//! The making of the interpreter: from pinned packages to one verified core module on disk.
//!
//! Owns the recipe, the fetching, the flattening and the store. Knows no runtime: it neither compiles nor instantiates.
//! The order of a making: *find* a Python, *fetch* componentize-py, *componentize* the guest, *flatten* the component,
//! prove its *soundness*, *store* it.

mod componentize;
mod environment;
mod fetch;
mod flatten;
mod held;
mod interpreter;
mod private;
mod progress;
mod prune;
mod python;
mod recipe;
mod sealed;
mod soundness;
mod store;
#[cfg(test)]
mod store_tests;

pub use componentize::ComponentizeError;
pub use fetch::FetchError;
pub use flatten::safepoint::SAFEPOINT;
pub use flatten::{FlattenError, flatten};
pub use held::Held;
pub use interpreter::{Interpreter, PrepareError};
pub use progress::{Progress, Step};
pub use prune::{Kind, Pruned, Pruning};
pub use recipe::Identity;
pub use sealed::SealError;
pub use soundness::{MEMORY, STACK_POINTER, Unsound, verify};
pub use store::{Store, StoreError};

pub(crate) use recipe::guest;
