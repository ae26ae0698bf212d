//! `millrace cache du`: what takes how much room.

use std::collections::BTreeMap;
use std::io::Write;

use engine::cache::{EntryUsage, Usage};

use crate::cli::CacheFolder;
use crate::exit::{Exit, Failure};
use crate::render::size;

/// Prints bytes by node, greatest first.
pub fn execute(arguments: &CacheFolder, out: &mut dyn Write) -> Result<Exit, Failure> {
    let cache = super::at(&arguments.place)?;
    let usage = cache.usage();
    match arguments.json {
        true => writeln!(out, "{}", serde_json::to_string_pretty(&usage).map_err(Failure::engine)?)?,
        false => text(out, &usage)?,
    }
    Ok(Exit::Done)
}

fn text(out: &mut dyn Write, usage: &Usage) -> std::io::Result<()> {
    let mut nodes: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for entry in &usage.entries {
        let (count, bytes) = nodes.entry(label(entry)).or_default();
        (*count, *bytes) = (*count + 1, *bytes + entry.bytes);
    }
    let mut nodes: Vec<_> = nodes.into_iter().collect();
    nodes.sort_by_key(|(label, (_, bytes))| (std::cmp::Reverse(*bytes), label.clone()));
    for (label, (count, bytes)) in nodes {
        let versions = if count > 1 { format!("  ({count} outputs)") } else { String::new() };
        writeln!(out, "{:>10}  {label}{versions}", size::bytes(bytes))?;
    }
    let unfinished = usage.unfinished.iter().map(|unfinished| unfinished.bytes).sum();
    for (label, bytes) in [("unfinished work", unfinished), ("memo", usage.memo), ("records of runs", usage.runs)] {
        if bytes > 0 {
            writeln!(out, "{:>10}  {label}", size::bytes(bytes))?;
        }
    }
    writeln!(out, "{:>10}  in all", size::bytes(usage.bytes()))
}

fn label(entry: &EntryUsage) -> String {
    match (&entry.provenance, &entry.operator) {
        (Some(made), Some(operator)) => format!("{}: {}  {operator}", made.pipeline, made.node),
        _ => format!("damaged: {}", entry.fingerprint.short()),
    }
}
