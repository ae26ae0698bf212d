//! Programs, held to their tests, each run in a pristine interpreter that it cannot leave; and answers, held to the right
//! ones.
//!
//! Owns how a program is put together, what a test asks of it, and what a verdict is. The runs are the sandbox's, and what
//! an answer of mathematics is, `mathematics`'.

mod answers;
pub mod compare;
pub mod execute;
mod jobs;
mod judge;
pub mod math;
pub mod matrix;
mod naming;
mod problems;
pub mod profile;
mod program;
mod rest;
mod runner;
mod standard;
mod status;
mod subjects;
mod suite;
pub mod trace;
mod verdict;

pub use compare::Compare;
pub use jobs::Run;
pub use naming::Naming;
pub use program::Extract;
pub use status::Status;

pub(crate) use answers::Answer;
pub(crate) use judge::identities;
pub(crate) use math::{Right, status_of};
pub(crate) use problems::problem_id;
pub(crate) use program::{Programs, tagged};
pub(crate) use runner::Runner;
pub(crate) use standard::Standard;
pub(crate) use status::of as ended;
pub(crate) use suite::{Suite, Test};
