//! What the interpreter does with programs, friendly and hostile. The cases are data: `tests/cases/*.yaml`.
//!
//! The interpreter's module is made elsewhere; the option `MILLRACE_SANDBOX_MODULE` names its file. Without it every
//! test here says on stderr that it was skipped.

mod case;
mod interpreter;
mod opening;
mod pool;
mod time;
