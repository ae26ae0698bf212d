//! Whole runs of small graphs, interrupted in every way that can be arranged without a clock.

#![expect(clippy::unwrap_used, reason = "tests")]

mod cancelled;
mod faults;
mod flow;
mod operators;
mod pipeline;
mod probe;
mod remembered;
mod resumed;
mod room;
mod stepped;

use pipeline::{Pipeline, Site};
use probe::Probe;
