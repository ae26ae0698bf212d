//! Many sequences through one runner. Owns which tokens are read in which pass: who waits, who is let in, who has to
//! leave when pages run out. Knows tokens only: texts are made of them elsewhere.
//!
//! A step reads one token of every sequence that is being written, and as much of the prompts of others as there is
//! room for. What a sequence becomes depends on its own tokens and key alone, so it may leave at any step, be read
//! again later, and go on as if nothing had been.

mod admission;
mod advance;
mod answer;
mod counters;
mod job;
mod limits;
mod open;
mod pass;
mod queue;
mod room;
mod sequence;

pub use answer::{Answer, Draft, Ended, Judged, Scored};
pub use counters::Counters;
pub use job::{Job, JobError, Task, Writing};
pub use limits::Limits;
pub use queue::{Batch, Finished, JobId};
