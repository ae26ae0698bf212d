//! The two files.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::{event, record};

/// The file that TensorBoard shows; it looks for `tfevents` in a name.
pub const EVENTS: &str = "events.out.tfevents.0.millrace";

/// The file with a JSON object a line.
pub const LOG: &str = "metrics.jsonl";

/// A line of the log.
#[derive(Serialize)]
struct Line<'a> {
    step: u64,
    name: &'a str,
    /// Null where it is no finite number, of which JSON has none.
    value: f64,
}

/// Writes numbers, each with its name and step and in the order in which they come, to both files in a folder that is
/// there. What TensorBoard shows has 32 bits, what the log has is exact. The same numbers give the same bytes; a step
/// stands for the time, so that TensorBoard's relative time counts steps.
///
/// # Errors
/// A folder that takes no files.
pub fn write<'a>(folder: &Path, numbers: impl IntoIterator<Item = (&'a str, u64, f64)>) -> io::Result<()> {
    let (mut events, mut log) = (Vec::new(), Vec::new());
    record::append(&mut events, &event::version());
    for (name, step, value) in numbers {
        record::append(&mut events, &event::scalar(name, step, value));
        serde_json::to_writer(&mut log, &Line { step, name, value })?;
        log.push(b'\n');
    }
    fs::write(folder.join(EVENTS), events)?;
    fs::write(folder.join(LOG), log)
}
