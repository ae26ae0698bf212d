//! Every event as a line of JSON.

use std::io::{self, Write};

use engine::event::Stamped;

use super::Reporter;

/// Writes events to `out`, flushed one by one so that a reader follows the run.
pub struct Json<W> {
    out: W,
}

impl<W: Write> Json<W> {
    /// Over a writer.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write + Send> Reporter for Json<W> {
    fn event(&mut self, event: &Stamped) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, event)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}
