//! Caches that cannot be written.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;

use super::site::{Ended, Site, files, rows};

const CHOOSING: &str = r#"
name: choosing
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}}
  chosen: {op: filter.where, inputs: source, with: {where: "number % 3 > 0"}}
"#;

/// A user who owns nothing.
const NOBODY: u32 = 65_534;

#[test]
fn a_cache_below_a_file_is_a_clear_error() {
    let site = Site::new(CHOOSING);
    site.write("source.jsonl", &rows(0..20));
    site.write("file", "not a folder");
    for cache in ["file", "file/cache"] {
        let ended = site.millrace(&["run", "pipeline.yaml"], cache);
        ended.failed_saying(&["the cache cannot be written", "file", "`--cache`"]);
    }
    assert_eq!(fs::read_to_string(site.path("file")).unwrap(), "not a folder");
}

#[test]
fn a_cache_that_cannot_be_written_is_read_and_refuses_work_clearly() {
    let site = Site::new(CHOOSING);
    site.write("source.jsonl", &rows(0..20));
    site.run("cache");
    let before = site.outputs("cache");
    let cache = site.path("cache");
    fs::set_permissions(site.path("."), Permissions::from_mode(0o755)).unwrap();
    set_writable(&cache, Writable::No);
    let Some(shown) = as_someone_else(&site, &["show", "pipeline.yaml", "chosen", "--json", "--rows=99"]) else {
        eprintln!("skipped: the superuser writes everywhere, and no one else can start the command");
        return;
    };
    assert_eq!((shown.code, shown.out.lines().count()), (Some(0), 13), "{shown:?}");
    let planned = as_someone_else(&site, &["plan", "pipeline.yaml"]).unwrap();
    assert!(planned.code == Some(0) && planned.out.contains("2 cached"), "{planned:?}");
    let changed = "--set=chosen.with.where='number > 5'";
    let run = as_someone_else(&site, &["run", "pipeline.yaml", changed]).unwrap();
    run.failed_saying(&["the cache cannot be written", "make it writable", "`--cache`"]);
    set_writable(&cache, Writable::Yes);
    assert!(site.outputs("cache") == before);
}

#[derive(Clone, Copy)]
enum Writable {
    Yes,
    No,
}

fn set_writable(root: &Path, writable: Writable) {
    let (folder, file) = match writable {
        Writable::Yes => (0o755, 0o644),
        Writable::No => (0o555, 0o444),
    };
    let all = files(root);
    let folders = all.iter().flat_map(|path| path.ancestors().skip(1));
    for path in folders {
        fs::set_permissions(root.join(path), Permissions::from_mode(folder)).unwrap();
    }
    for path in &all {
        fs::set_permissions(root.join(path), Permissions::from_mode(file)).unwrap();
    }
}

/// Runs the command line; where these tests run as the superuser, whom permissions do not hold, as nobody. None where
/// nobody may not start it.
fn as_someone_else(site: &Site, arguments: &[&str]) -> Option<Ended> {
    let mut command = site.command(arguments, "cache");
    if fs::metadata(site.path("pipeline.yaml")).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().ok().map(|output| Ended::of(&output))
}
