//! What the interpreter does with programs, friendly and hostile. The cases are data: `tests/cases/*.yaml`.
//!
//! The interpreter is made the first time. Where that cannot be, or where the kernel has no walls for a native process,
//! the tests that need it say on stderr that they were skipped.

mod case;
mod instance;
mod interpreter;
mod measure;
mod native;
mod nesting;
mod opening;
mod pool;
mod process;
mod time;
