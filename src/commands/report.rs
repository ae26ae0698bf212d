//! `millrace report`: the page of a run, or its facts as JSON.

use std::io::Write;
use std::path::{Path, PathBuf};

use engine::cache::Cache;
use engine::manifest::Selection;

use crate::cli::Report;
use crate::exit::{Exit, Failure};
use crate::hub::Absent;
use crate::open;
use crate::render::report;
use crate::report::{gather, write};

/// Finds the run, and writes its page or prints its facts.
pub fn execute(arguments: &Report, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (cache, run) = found(arguments)?;
    let facts = gather(&cache, &run).ok_or_else(|| {
        Failure::Usage(format!("there is no run `{run}` in {}; `ls {0}/runs` names them", cache.root().display()))
    })?;
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&facts).map_err(Failure::engine)?)?;
        return Ok(Exit::Done);
    }
    let path = arguments.output.clone().unwrap_or_else(|| cache.report(&run));
    write(&path, &report::page(&facts))?;
    writeln!(out, "{}", path.display())?;
    if arguments.open {
        opener::open(&path).map_err(Failure::engine)?;
    }
    Ok(Exit::Done)
}

/// The cache, and the id of a run in it.
fn found(arguments: &Report) -> Result<(Cache, String), Failure> {
    let place = arguments.run.as_path();
    let own = |root: PathBuf| Cache::open(&arguments.cache.clone().unwrap_or(root)).map_err(Failure::engine);
    if let Some((root, run)) = in_cache(place) {
        return Ok((own(root)?, run));
    }
    if place.is_file() {
        let cache = own(open::beside(place))?;
        let pipeline = pipeline(place)?;
        let run = last(&cache, Some(&pipeline), place)?;
        return Ok((cache, run));
    }
    if place.is_dir() {
        let cache = own(place.to_owned())?;
        let run = last(&cache, None, place)?;
        return Ok((cache, run));
    }
    let id = place.to_str().filter(|id| id.starts_with(|first: char| first.is_ascii_digit()) && !id.contains('/'));
    let absent = || format!("there is no {}: name a manifest, a cache, or a run", place.display());
    let id = id.ok_or_else(|| Failure::Usage(absent()))?;
    Ok((own(PathBuf::from(".millrace"))?, id.to_owned()))
}

/// Of a run's folder, or of its page: the cache that holds it, and the run.
fn in_cache(place: &Path) -> Option<(PathBuf, String)> {
    let folder = place.parent()?.file_name()?;
    let name = match folder.to_str()? {
        "runs" if place.is_dir() => place.file_name()?,
        "reports" if place.extension()? == "html" => place.file_stem()?,
        _ => return None,
    };
    let root = place.parent()?.parent()?;
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    Some((root.to_owned(), name.to_str()?.to_owned()))
}

fn last(cache: &Cache, pipeline: Option<&str>, place: &Path) -> Result<String, Failure> {
    let record = cache.last_run(pipeline);
    let absent = || Failure::Usage(format!("{} has not been run yet: nothing to report", place.display()));
    record.map(|record| record.id).ok_or_else(absent)
}

/// The name of a manifest's pipeline, which need not be without faults.
fn pipeline(file: &Path) -> Result<String, Failure> {
    let mut pipeline = open::read(file, Absent::Told)?;
    let name = pipeline.name(&Selection::default());
    name.ok_or_else(|| Failure::Usage(format!("{} is no manifest; `millrace check` says why", file.display())))
}
