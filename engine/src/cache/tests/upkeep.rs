//! What takes room, what may go, and what is damaged.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use super::fixtures::{cache, claim, flip, ingredients, ledger, publish, rows, summary};
use crate::cache::*;
use crate::plan::Fingerprint;

fn kinds(garbage: &[Garbage]) -> Vec<GarbageKind> {
    let mut kinds: Vec<_> = garbage.iter().map(|garbage| garbage.kind).collect();
    kinds.sort_unstable();
    kinds
}

fn record(task: &str) -> RunRecord {
    RunRecord {
        id: "1".into(),
        pipeline: "p".into(),
        started: 1,
        outcome: None,
        tasks: vec![RunTask {
            names: vec![("base".into(), task.into())],
            fingerprint: ingredients(task).fingerprint(),
            ingredients: ingredients(task),
            cached: true,
        }],
    }
}

#[test]
fn usage_names_what_takes_the_room() {
    let (_folder, cache) = cache();
    assert_eq!(cache.usage().bytes(), 0);
    let entry = publish(&cache, "a");
    let unfinished = claim(&cache, "b");
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    cache.memo().put(b"key", b"value").unwrap();
    let usage = cache.usage();
    assert_eq!(usage.entries.len(), 1);
    assert_eq!(usage.entries[0].operator.as_deref(), Some("test.rows"));
    assert_eq!(usage.entries[0].provenance.as_ref().unwrap().node, "a");
    assert!(usage.entries[0].bytes > entry.bytes());
    assert_eq!(usage.unfinished[0].fingerprint, unfinished.fingerprint());
    assert!(usage.unfinished[0].bytes > 0 && usage.memo > 0);
}

#[test]
fn collection_shows_first_and_takes_what_is_not_kept() {
    let (_folder, cache) = cache();
    let identity = Fingerprint::of(b"work on rows");
    for label in ["kept", "taken", "read"] {
        let unfinished = claim(&cache, label);
        unfinished.remember_rows(&identity).unwrap();
        unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
        unfinished.publish(summary(label)).unwrap();
    }
    drop(claim(&cache, "stopped"));
    let working = claim(&cache, "working");
    let run = cache.begin_run(record("read")).unwrap();
    let keep: BTreeSet<_> = [ingredients("kept").fingerprint()].into();

    let hour = Duration::from_secs(3600);
    let young = cache.garbage(&keep, Ages { entries: Duration::ZERO, unfinished: hour });
    assert_eq!(kinds(&young), [GarbageKind::Entry, GarbageKind::RowMarker], "what stopped a moment ago stays");
    let garbage = cache.garbage(&keep, Ages::default());
    assert_eq!(kinds(&garbage), [GarbageKind::Entry, GarbageKind::Unfinished, GarbageKind::RowMarker]);
    assert_eq!(garbage[0].label, "tests: taken");
    assert!(cache.find(&ingredients("taken").fingerprint()).present().is_some(), "showing takes nothing");

    assert_eq!(cache.collect(&garbage).unwrap(), garbage);
    for (label, there) in [("kept", true), ("read", true), ("taken", false)] {
        assert_eq!(cache.find(&ingredients(label).fingerprint()).present().is_some(), there, "{label}");
    }
    assert_eq!(cache.unfinished(&ingredients("stopped").fingerprint()), None);
    assert!(cache.unfinished(&working.fingerprint()).is_some());
    assert_eq!(cache.garbage(&keep, Ages::default()), []);
    drop(run);
    assert_eq!(kinds(&cache.garbage(&keep, Ages::default())), [GarbageKind::Entry, GarbageKind::RowMarker]);
}

#[test]
fn what_someone_began_to_work_on_meanwhile_stays() {
    let (_folder, cache) = cache();
    drop(claim(&cache, "a"));
    let garbage = cache.garbage(&BTreeSet::new(), Ages::default());
    assert_eq!(kinds(&garbage), [GarbageKind::Unfinished]);
    let working = claim(&cache, "a");
    assert_eq!(cache.collect(&garbage).unwrap(), []);
    assert!(working.folder().exists());
}

#[test]
fn leftovers_of_dead_processes_are_garbage() {
    let (_folder, cache) = cache();
    publish(&cache, "a");
    let lock = cache.root().join("locks").join(ingredients("b").fingerprint().to_string());
    fs::write(&lock, b"").unwrap();
    let temporary = cache.root().join("tmp/file-1-1-1");
    fs::create_dir_all(temporary.parent().unwrap()).unwrap();
    let file = fs::File::create(&temporary).unwrap();
    let keep: BTreeSet<_> = [ingredients("a").fingerprint()].into();
    assert_eq!(kinds(&cache.garbage(&keep, Ages::default())), [GarbageKind::Lock]);
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    let garbage = cache.garbage(&keep, Ages::default());
    assert_eq!(kinds(&garbage), [GarbageKind::Lock, GarbageKind::Temporary]);
    cache.collect(&garbage).unwrap();
    assert!(!lock.exists() && !temporary.exists());
}

#[test]
fn verification_names_the_damaged_and_has_them_refused() {
    let (_folder, cache) = cache();
    for label in ["a", "b", "c"] {
        publish(&cache, label);
    }
    drop(cache.begin_run(record("b")).unwrap());
    assert_eq!(cache.verify(), Verification { entries: 3, damages: Vec::new() });
    let damaged = cache.find(&ingredients("b").fingerprint()).present().unwrap();
    let part = damaged.folder().join("out/part-00001.parquet");
    flip(&part);
    // As if a disk had changed the byte, so that no time tells of it.
    let stamps = [0, 1].map(|index| {
        let relative = format!("out/part-0000{index}.parquet");
        (relative.clone(), stamp::Stamp::at(&damaged.folder().join(relative)).unwrap())
    });
    let stamps: std::collections::HashMap<_, _> = stamps.into();
    fs::write(damaged.folder().join("stamps.json"), sealed::seal(&stamps)).unwrap();
    assert!(cache.find(&damaged.fingerprint()).present().is_some(), "the file system says that all is well");
    let found = cache.verify();
    assert_eq!((found.entries, found.damages.len()), (3, 1));
    assert_eq!(found.damages[0].nodes, ["p: b"]);
    assert_eq!(found.damages[0].message, "out/part-00001.parquet is not as it was stored");
    assert!(matches!(cache.find(&damaged.fingerprint()), Found::Damaged { .. }));
    flip(&cache.find(&ingredients("c").fingerprint()).present().unwrap().folder().join(".parts/part-00000"));
    assert_eq!(cache.verify().damages.len(), 2);
}
