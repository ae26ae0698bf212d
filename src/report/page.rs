//! Where a run's page goes, and when one is written.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use engine::cache::Cache;
use engine::run::{RunSummary, TaskEnd};

use super::gather;
use crate::render::{closing, report};

/// Tells what came of a run in which something ran, writes its page, and says where. A run that found everything is not
/// worth reading its tables: `millrace report` does when it is asked. A page that cannot be written fails nothing.
pub fn leave(cache: &Cache, summary: &RunSummary) {
    if summary.tasks.iter().all(|task| task.end == TaskEnd::Cached) {
        return;
    }
    let Some(facts) = gather(cache, &summary.run) else { return };
    let told = if facts.comparison.is_none() { closing::text(&facts) } else { String::new() };
    let path = cache.report(&summary.run);
    let page = match write(&path, &report::page(&facts)) {
        Ok(()) => format!("report: {}", path.display()),
        Err(error) => format!("warning: no report: {error}; `millrace report` makes it later"),
    };
    // A closed terminal must not fail a run that is over.
    let _ = writeln!(io::stderr(), "{told}{page}");
}

/// Writes a page, which is seen whole or not at all.
pub fn write(path: &Path, page: &str) -> io::Result<()> {
    let said = |error: io::Error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or(Ok(()), fs::create_dir_all).map_err(said)?;
    let unfinished: PathBuf = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = fs::write(&unfinished, page).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written.map_err(said)
}
