//! Making the tasks of a plan that are not cached.
//!
//! Owns time, threads, retries and what survives an interruption. Knows an operator by its shape alone.

mod journal;
mod ledger;
mod pool;
mod retry;
mod row_key;

pub use ledger::{Held, Ledger};
pub use pool::{Pool, Shared};
pub use retry::Backoff;
