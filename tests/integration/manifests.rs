//! Every file in `tests/cases/manifests` is checked, and what a person would read is compared with
//! `tests/snapshots/manifests`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use engine::diagnostic::{Diagnostic, Palette, Sources, render};
use engine::manifest::Selection;
use engine::pipeline::Pipeline;

use proptest::prelude::*;
use proptest::sample::Index;

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

/// A change that a slip of the hand makes: bytes removed, or replaced by bytes of another case.
fn slipped(bytes: &[u8], other: &[u8], from: Index, length: usize, piece: Index) -> Vec<u8> {
    let start = if bytes.is_empty() { 0 } else { from.index(bytes.len()) };
    let end = (start + length).min(bytes.len());
    let at = if other.is_empty() { 0 } else { piece.index(other.len()) };
    let inserted = &other[at..(at + length).min(other.len())];
    [&bytes[..start], inserted, &bytes[end..]].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Whatever stands in the file, it is checked without a panic, every label lies in its text, and there is a graph
    /// exactly where there is no error.
    #[test]
    fn no_manifest_breaks_the_check(
        case in any::<Index>(), other in any::<Index>(), from in any::<Index>(), length in 0_usize..12, piece in any::<Index>(),
    ) {
        let folder = root().join("tests/cases/manifests");
        let cases = files(&folder, "yaml");
        let read = |index: Index| fs::read(&cases[index.index(cases.len())]).unwrap();
        let bytes = slipped(&read(case), &read(other), from, length, piece);
        let mut pipeline = Pipeline::read("case.yaml", &bytes, &folder);
        let all = pipeline.check_all(&Selection::default());
        prop_assert!(!render(&all, pipeline.sources(), 80, Palette::Plain).is_empty() || all.is_empty());
        let (checked, diagnostics) = pipeline.graph(&Selection::default());
        prop_assert_eq!(checked.is_some(), !diagnostics.iter().any(Diagnostic::is_error));
    }
}
