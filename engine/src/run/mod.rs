//! Making the tasks of a plan that are not cached.
//!
//! Owns time, threads, retries and what survives an interruption. Knows an operator by its shape alone.

mod appearance;
mod assembly;
mod contract;
mod emitter;
mod external;
mod feed;
mod halt;
mod jobs;
mod journal;
mod ledger;
mod options;
mod part;
mod part_input;
mod part_store;
mod pool;
mod prepare;
mod prolonged;
mod publication;
mod refusal;
mod retry;
mod room;
mod row_driver;
mod row_key;
mod row_task;
mod row_work;
mod rows_in;
mod save;
mod scheduler;
mod sink;
mod standing;
mod step_driver;
mod step_task;
mod summary;
mod table_task;
mod task_run;
mod workplace;

pub use emitter::Listener;
pub use options::RunOptions;
pub use retry::Backoff;
pub use scheduler::run;
pub use summary::{Made, RunError, RunSummary, TaskEnd, TaskResult};

#[cfg(test)]
mod tests;
