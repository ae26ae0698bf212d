//! What the benchmark binaries share: a corpus in memory, a clock of CPU time, the line that they print, and the soak.

mod resident;
pub mod soak;

pub use resident::peak_mib;

use std::time::Duration;
use std::{fs, io};

use cpu_time::ThreadTime;
use serde_json::json;

/// The documents of the file at `path`, one a line.
///
/// # Errors
///
/// When the file cannot be read or is not UTF-8.
pub fn documents(path: &str) -> io::Result<Vec<String>> {
    Ok(fs::read_to_string(path)?.lines().map(str::to_owned).collect())
}

/// Runs `work` on this thread and gives its result and the CPU time that it took.
pub fn timed<Result>(work: impl FnOnce() -> Result) -> (Result, Duration) {
    let start = ThreadTime::now();
    let result = work();
    (result, start.elapsed())
}

/// The JSON line that says how long `documents` documents took.
#[must_use]
pub fn line(documents: usize, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let documents_per_second = documents as f64 / seconds;
    json!({"documents": documents, "cpu_seconds": seconds, "documents_per_second": documents_per_second}).to_string()
}
