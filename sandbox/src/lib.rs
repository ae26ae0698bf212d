//! CPython inside wasmtime: programs that nobody has read, run a million times, each in a pristine interpreter. And the
//! same in processes of this machine's own Python, where native speed or installed packages are wanted.
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
pub mod process;
mod sandbox;
mod session;
pub mod snapshot;
mod wasi;

pub use error::HostError;
pub use job::{AfterFailure, Call, Harness, Job, Measure, Task, Trace, TraceOptions, Traced};
pub use limits::{Budget, Limits};
pub use machine::Metering;
pub use outcome::{Captured, Ending, Exception, Limit, Outcome, Reply, Stage, Usage};
pub use pool::{Engine, Pool, Ticket};
pub use prepared::OpenError;
pub use sandbox::{Audit, Sandbox};
