//! A run as it happens: live, in lines, or as JSON. Each is a fold over the same events.

mod json;
mod lines;
mod live;

use std::io::{self, IsTerminal};

use engine::event::Stamped;

use crate::cli::Log;

/// Reads the events of a run, one after the other.
pub trait Reporter: Send {
    /// Takes the next event.
    fn event(&mut self, event: &Stamped) -> io::Result<()>;
}

/// The reporter for a `--log` choice: `auto` is live on a terminal and lines elsewhere, both on standard error.
pub fn reporter(log: Log) -> Box<dyn Reporter> {
    match log {
        Log::Json => Box::new(json::Json::new(io::stdout())),
        Log::Auto if io::stderr().is_terminal() => Box::new(live::Live::new()),
        Log::Auto | Log::Plain => Box::new(lines::Lines::new(io::stderr())),
    }
}
