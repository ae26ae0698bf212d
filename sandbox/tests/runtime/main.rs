//! What the interpreter does with programs, friendly and hostile. The cases are data: `tests/cases/*.yaml`.
//!
//! The interpreter is made the first time. Where that cannot be, every test here says on stderr that it was skipped.

mod case;
mod interpreter;
mod measure;
mod opening;
mod pool;
mod time;
