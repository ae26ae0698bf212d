//! What is not as it was stored, and disks that take nothing.

use std::fs;
use std::path::Path;

use super::fixtures::{cache, claim, flip, ingredients, ledger, publish, rows, summary};
use super::{ids, is_damaged};
use crate::cache::*;

#[test]
fn damage_is_found_and_computed_again() {
    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 8] = [
        ("a part cut short", |entry| {
            let part = entry.join("out/part-00001.parquet");
            let bytes = fs::read(&part).unwrap();
            fs::write(part, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("a byte of a part changed", |entry| flip(&entry.join("out/part-00000.parquet"))),
        ("a part removed", |entry| fs::remove_file(entry.join("out/part-00000.parquet")).unwrap()),
        ("a byte of the entry's account changed", |entry| flip(&entry.join("entry.json"))),
        ("the account removed", |entry| fs::remove_file(entry.join("entry.json")).unwrap()),
        ("the account emptied", |entry| fs::write(entry.join("entry.json"), b"").unwrap()),
        ("a byte of the ingredients changed", |entry| flip(&entry.join("ingredients.json"))),
        ("the account of another entry", |entry| {
            let other = entry.join("../../..").join("other.json");
            fs::copy(other, entry.join("entry.json")).unwrap();
        }),
    ];
    for (name, damage) in damages {
        let (folder, cache) = cache();
        let other = publish(&cache, "other");
        fs::copy(other.folder().join("entry.json"), folder.path().join("other.json")).unwrap();
        let entry = publish(&cache, "a");
        assert!(!is_damaged(&cache, "a"), "{name}");
        damage(entry.folder());
        assert!(is_damaged(&cache, "a"), "{name}");
        assert!(is_damaged(&Cache::open(cache.root()).unwrap(), "a"), "{name}, asked again");
        assert_eq!(ids(&publish(&cache, "a")), (0..20).collect::<Vec<_>>(), "{name}");
        assert!(cache.find(&entry.fingerprint()).present().is_some(), "{name}");
    }
}

#[test]
fn an_entry_that_was_only_copied_is_read_once_and_believed() {
    let (_folder, cache) = cache();
    let entry = publish(&cache, "a");
    let part = entry.folder().join("out/part-00000.parquet");
    let bytes = fs::read(&part).unwrap();
    fs::remove_file(&part).unwrap();
    fs::write(&part, bytes).unwrap();
    assert!(cache.find(&entry.fingerprint()).present().is_some());
}

#[test]
fn what_was_committed_and_changed_since_is_made_anew() {
    let (_folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    unfinished.commit_parts(1, &[("out", rows(10..20))], ledger(10..20), b"").unwrap();
    flip(&unfinished.part_path("out", 1));
    drop(unfinished);
    let again = claim(&cache, "a");
    assert_eq!(again.committed(), 1);
    again.commit_parts(1, &[("out", rows(10..20))], ledger(10..20), b"").unwrap();
    flip(&again.part_path("out", 0));
    assert!(matches!(again.publish(summary("a")), Err(CacheError::Incomplete { .. })));
    assert_eq!(claim(&cache, "a").committed(), 0);
}

#[test]
fn a_commit_cut_short_does_not_exist() {
    let (_folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    let marker = unfinished.folder().join(".parts/part-00000");
    let bytes = fs::read(&marker).unwrap();
    fs::write(marker, &bytes[..bytes.len() - 1]).unwrap();
    drop(unfinished);
    assert_eq!(cache.unfinished(&ingredients("a").fingerprint()).unwrap().done, 0);
    assert_eq!(claim(&cache, "a").committed(), 0);
}

/// `/dev/full` takes no byte, as a full disk does.
#[test]
fn a_full_disk_commits_nothing_and_loses_nothing() {
    let (_folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    for full in ["out/part-00001.parquet.tmp", ".parts/part-00001.tmp"] {
        let full = unfinished.folder().join(full);
        std::os::unix::fs::symlink("/dev/full", &full).unwrap();
        let error = unfinished.commit_parts(1, &[("out", rows(10..20))], ledger(10..20), b"").unwrap_err();
        assert!(error.to_string().contains("No space left"), "{error}");
        assert!(matches!(crate::operator::Fault::from(error), crate::operator::Fault::Infrastructure { .. }));
        assert_eq!(unfinished.committed(), 1);
        assert!(fs::symlink_metadata(full).is_err(), "the temporary file stayed");
    }
    unfinished.commit_parts(1, &[("out", rows(10..20))], ledger(10..20), b"").unwrap();
    assert_eq!(unfinished.publish(summary("a")).unwrap().total_rows(), 20);
}

/// The tests may run as root, whom permissions do not bind; nobody can make a file below a file.
#[test]
fn a_cache_that_cannot_be_written_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), b"").unwrap();
    let cache = Cache::open(&folder.path().join("file/cache")).unwrap();
    assert!(matches!(cache.find(&ingredients("a").fingerprint()), Found::Missing));
    assert_eq!(cache.memo().get(b"key").unwrap(), None);
    let error = cache.claim(&ingredients("a").fingerprint()).unwrap_err();
    assert!(matches!(error, CacheError::Unwritable { .. }), "{error:?}");
    assert!(error.to_string().contains("--cache"), "{error}");
    assert!(Cache::open(&folder.path().join("file")).is_err());
}
