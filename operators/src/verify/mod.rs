//! Programs, held to their tests: each run in a pristine interpreter that it cannot leave.
//!
//! Owns how a program is put together, what a test asks of it, and what a verdict is. The runs are the sandbox's.

pub mod compare;
pub mod execute;
mod interpreter;
mod judge;
mod limits;
mod program;
pub mod python_value;
mod status;
mod suite;

pub use compare::Compare;
pub use limits::TestLimits;
pub use program::Extract;
pub use python_value::PythonValue;
pub use status::Status;
