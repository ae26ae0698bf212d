//! `millrace cache`: what it holds, what of it is garbage, whether it is sound, and taking existing files in.

mod adopt;
mod du;
mod gc;
mod verify;

use std::io::Write;
use std::path::Path;

use engine::cache::Cache;

use crate::cli::CacheCommand;
use crate::exit::{Exit, Failure};
use crate::open;

/// Carries out one of the four.
pub fn execute(command: &CacheCommand, out: &mut dyn Write) -> Result<Exit, Failure> {
    match command {
        CacheCommand::Du(arguments) => du::execute(arguments, out),
        CacheCommand::Gc(arguments) => gc::execute(arguments, out),
        CacheCommand::Verify(arguments) => verify::execute(arguments, out),
        CacheCommand::Adopt(arguments) => adopt::execute(arguments, out),
    }
}

/// The cache at a place, or beside a manifest.
fn at(place: &Path) -> Result<Cache, Failure> {
    let root = if place.is_file() { open::beside(place) } else { place.to_owned() };
    if !root.is_dir() {
        return Err(Failure::Usage(format!("there is no cache at {}", root.display())));
    }
    Cache::open(&root).map_err(Failure::engine)
}
