//! Programs, held to their tests: each run in a pristine interpreter that it cannot leave.
//!
//! Owns how a program is put together, what a test asks of it, and what a verdict is. The runs are the sandbox's.

pub mod compare;
pub mod execute;
mod judge;
mod program;
mod status;
mod suite;

pub use compare::Compare;
pub use program::Extract;
pub use status::Status;
