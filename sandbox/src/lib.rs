//! CPython inside wasmtime: programs that nobody has read, run a million times, each in a pristine interpreter.
//!
//! Owns the interpreter's making, its runs and their limits. Knows no manifest, no cache of results, no event and no
//! row.

mod error;
mod job;
mod limits;
mod machine;
mod outcome;
mod pool;
mod prepared;
mod sandbox;
mod session;
pub mod snapshot;
mod wasi;

pub use error::HostError;
pub use job::{AfterFailure, Call, Job, Measure, Task, Trace, TraceOptions, Traced};
pub use limits::{Budget, Limits};
pub use machine::Metering;
pub use outcome::{Captured, Ending, Exception, Limit, Outcome, Reply, Stage, Usage};
pub use pool::{Pool, Ticket};
pub use prepared::OpenError;
pub use sandbox::{Audit, Sandbox};
