//! Every file in `tests/cases/manifests` is checked, and what a person would read is compared with
//! `tests/snapshots/manifests`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use engine::diagnostic::{Diagnostic, Palette, Sources, render};
use engine::manifest::Selection;
use engine::pipeline::Pipeline;

use crate::golden::{Golden, root};

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

fn check(path: &Path) -> (Sources, Vec<Diagnostic>) {
    let name = path.file_name().unwrap().to_string_lossy();
    let mut pipeline = Pipeline::read(&name, &fs::read(path).unwrap(), path.parent().unwrap());
    let diagnostics = pipeline.check_all(&Selection::default());
    (pipeline.sources().clone(), diagnostics)
}

fn rendered(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let text = render(diagnostics, sources, 100, Palette::Plain);
    let lines: Vec<&str> = text.trim_matches('\n').lines().map(str::trim_end).collect();
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let end = format!("errors: {errors}, warnings: {}\n", diagnostics.len() - errors);
    if lines.is_empty() { end } else { format!("{}\n\n{end}", lines.join("\n")) }
}

#[test]
fn what_a_person_reads() {
    let (cases, snapshots) = (root().join("tests/cases/manifests"), root().join("tests/snapshots/manifests"));
    let mut golden = Golden::default();
    let mut names = BTreeSet::new();
    for case in files(&cases, "yaml") {
        let (sources, diagnostics) = check(&case);
        let name = case.file_stem().unwrap().to_string_lossy().into_owned();
        golden.compare(&snapshots.join(format!("{name}.txt")), &rendered(&sources, &diagnostics));
        names.insert(name);
    }
    for snapshot in files(&snapshots, "txt") {
        if !names.contains(&*snapshot.file_stem().unwrap().to_string_lossy()) {
            golden.orphan(&snapshot);
        }
    }
    assert!(names.len() > 40, "only {} cases were found", names.len());
    golden.finish();
}

/// The first line of a case names the code that it is about: `# graph::cycle`, or `# none`.
#[test]
fn cases_show_what_they_are_about() {
    for case in files(&root().join("tests/cases/manifests"), "yaml") {
        let bytes = fs::read(&case).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let Some(about) = text.lines().next().and_then(|line| line.strip_prefix("# ")) else {
            assert!(bytes.is_empty(), "{}: the first line says what the case is about", case.display());
            continue;
        };
        let codes: Vec<&str> = check(&case).1.iter().map(|diagnostic| diagnostic.code).collect();
        match about {
            "none" => assert!(codes.is_empty(), "{}: {codes:?}", case.display()),
            code => assert!(codes.contains(&code), "{}: no {code} among {codes:?}", case.display()),
        }
    }
}
