//! The rules against the harnesses that they are named after, against tables, and against their own promises.

#![expect(clippy::unwrap_used, reason = "tests")]

mod properties;
mod references;
mod rules;
