//! `millrace cache verify`: whether what is stored still is what was stored.

use std::io::Write;

use crate::cli::CacheFolder;
use crate::exit::{Exit, Failure};

/// Reads everything again and names what is damaged; damage is exit code 1.
pub fn execute(arguments: &CacheFolder, out: &mut dyn Write) -> Result<Exit, Failure> {
    let found = super::at(&arguments.place)?.verify();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&found).map_err(Failure::engine)?)?;
    } else {
        for damage in &found.damages {
            writeln!(out, "{}  {}: {}", damage.fingerprint.short(), damage.nodes.join(", "), damage.message)?;
        }
        writeln!(out, "{} outputs read, {} damaged", found.entries, found.damages.len())?;
    }
    if !found.damages.is_empty() && !arguments.json {
        writeln!(out, "the damaged ones count as missing; the next run computes them again")?;
    }
    Ok(if found.damages.is_empty() { Exit::Done } else { Exit::Failed })
}
