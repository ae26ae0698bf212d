//! What is found again, and with what.

use std::fs;

use super::fixtures::{cache, claim, flip, ingredients, key, ledger, publish, rows, schema, summary};
use super::{ids, is_damaged};
use crate::cache::*;
use crate::port::PortType;

#[test]
fn what_is_published_is_found_with_all_that_was_said_of_it() {
    let (_folder, cache) = cache();
    assert!(matches!(cache.find(&ingredients("a").fingerprint()), Found::Missing));
    let entry = publish(&cache, "a");
    let found = cache.find(&ingredients("a").fingerprint()).present().unwrap();
    assert_eq!(ids(&found), (0..20).collect::<Vec<_>>());
    assert_eq!((found.rows("out"), found.total_rows(), found.failed()), (Some(20), 20, 0));
    assert_eq!(found.ingredients().unwrap(), ingredients("a"));
    assert_eq!(found.provenance().node, "a");
    assert_eq!(found.bytes(), entry.bytes());
    assert_eq!(found.artifact("out"), None);
    assert!(found.table("no such port").unwrap().is_none());
}

#[test]
fn publication_leaves_nothing_of_the_making() {
    let (folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    fs::write(unfinished.folder().join("journal"), b"rows").unwrap();
    fs::create_dir(unfinished.folder().join("saves")).unwrap();
    unfinished.note_progress(Progress { done: 3, of: Some(10) }).unwrap();
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    fs::write(unfinished.part_path("out", 7), b"written by an earlier holder, never committed").unwrap();
    let entry = unfinished.publish(summary("a")).unwrap();
    let mut names: Vec<_> = fs::read_dir(entry.folder()).unwrap().map(|name| name.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".parts", "entry.json", "ingredients.json", "out", "stamps.json"]);
    assert_eq!(fs::read_dir(entry.folder().join("out")).unwrap().count(), 1);
    let root = folder.path().join("cache");
    assert_eq!(fs::read_dir(root.join("locks")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(root.join("partial")).unwrap().count(), 0);
    assert_eq!(cache.unfinished(&ingredients("a").fingerprint()), None);
}

#[test]
fn a_port_that_gave_nothing_has_its_columns() {
    let (_folder, cache) = cache();
    let entry = claim(&cache, "a").publish(summary("a")).unwrap();
    let table = entry.table("out").unwrap().unwrap();
    assert_eq!((table.rows, table.schema), (0, schema()));
}

#[test]
fn a_part_path_survives_publication() {
    let (_folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    let fingerprint = unfinished.fingerprint();
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    assert!(cache.part_path(&fingerprint, "out", 0).is_file());
    let before = cache.part_path(&fingerprint, "out", 0);
    unfinished.publish(summary("a")).unwrap();
    assert!(!before.exists());
    assert!(cache.part_path(&fingerprint, "out", 0).is_file());
}

#[test]
fn artifacts_keep_every_file() {
    let (_folder, cache) = cache();
    let summary = Summary { ports: [("model".to_owned(), PortType::artifact("Weights"))].into(), ..summary("a") };
    let empty = claim(&cache, "a");
    empty.artifact_folder("model").unwrap();
    assert!(empty.publish(summary.clone()).unwrap_err().to_string().contains("`model`"));
    let unfinished = claim(&cache, "a");
    let model = unfinished.artifact_folder("model").unwrap();
    fs::create_dir(model.join("deep")).unwrap();
    fs::write(model.join("config.json"), b"{}").unwrap();
    fs::write(model.join("deep/weights"), b"1234").unwrap();
    let entry = unfinished.publish(summary).unwrap();
    let found = entry.artifact("model").unwrap();
    assert_eq!(fs::read(found.join("deep/weights")).unwrap(), b"1234");
    assert_eq!(entry.bytes(), 6);
    flip(&found.join("deep/weights"));
    assert!(is_damaged(&cache, "a"));
}

#[test]
fn tables_written_whole_follow_committed_parts() {
    let (_folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    let mut writer = unfinished.table_writer("out", &schema()).unwrap();
    writer.write(&rows(10..25)).unwrap();
    unfinished.add_table("out", writer.finish().unwrap());
    assert_eq!(ids(&unfinished.publish(summary("a")).unwrap()), (0..25).collect::<Vec<_>>());
}

#[test]
fn failures_are_kept_with_their_reasons() {
    let (_folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    let mut ledger = ledger(0..2);
    ledger.push_failure(Some(key(2)), "r2", "the text is empty");
    unfinished.commit_parts(0, &[("out", rows(0..2))], ledger, b"").unwrap();
    let entry = unfinished.publish(summary("a")).unwrap();
    let failures: Vec<_> = entry.failed_rows().map(Result::unwrap).collect();
    let expected = RowFailure { row: 2, id: "r2".into(), reason: "the text is empty".into() };
    assert_eq!((entry.failed(), failures), (1, vec![expected]));
}
