#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use super::fixtures::{cache, claim, flip, ingredients, key, ledger, publish, rows, schema, summary};
use super::stamp::Stamp;
use super::*;
use crate::event::Outcome;
use crate::port::PortType;

fn is_damaged(cache: &Cache, label: &str) -> bool {
    matches!(cache.find(&ingredients(label).fingerprint()), Found::Damaged { .. })
}

fn ids(entry: &Entry) -> Vec<i64> {
    use arrow::array::AsArray;
    let batch = entry.table("out").unwrap().unwrap().read().unwrap();
    batch.column(0).as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
}

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
fn one_holder_at_a_time_and_nothing_is_made_twice() {
    let (_folder, cache) = cache();
    let ours = claim(&cache, "a");
    // Another opening of the same folder behaves as another process: locks belong to open files.
    let other = Cache::open(cache.root()).unwrap();
    assert!(matches!(other.claim(&ours.fingerprint()).unwrap(), Claim::Theirs));
    ours.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"state").unwrap();
    drop(ours);
    let taken_over = claim(&other, "a");
    assert_eq!(taken_over.committed(), 1);
    assert_eq!(taken_over.committed_part(0).unwrap().note(), b"state");
    assert_eq!(taken_over.committed_part(0).unwrap().ledger(), &ledger(0..10));
    let fingerprint = taken_over.fingerprint();
    taken_over.publish(summary("a")).unwrap();
    assert!(matches!(cache.claim(&fingerprint).unwrap(), Claim::Done(_)));
}

#[test]
fn many_threads_make_an_output_once() {
    let (_folder, cache) = cache();
    let made = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let cache = Cache::open(cache.root()).unwrap();
                loop {
                    match cache.claim(&ingredients("a").fingerprint()).unwrap() {
                        Claim::Done(entry) => break assert_eq!(entry.total_rows(), 10),
                        Claim::Theirs => std::thread::yield_now(),
                        Claim::Ours(unfinished) => {
                            made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                            unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
                            unfinished.publish(summary("a")).unwrap();
                        }
                    }
                }
            });
        }
    });
    assert_eq!(made.into_inner(), 1);
}

/// Holders remove the lock's file while others open it: none of these races may let two in.
#[test]
fn no_two_hold_a_claim_at_once() {
    let (_folder, cache) = cache();
    let (held, claims) = (std::sync::atomic::AtomicBool::new(false), std::sync::atomic::AtomicUsize::new(0));
    let order = std::sync::atomic::Ordering::SeqCst;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while claims.load(order) < 400 {
                    match cache.claim(&ingredients("a").fingerprint()).unwrap() {
                        Claim::Ours(unfinished) => {
                            assert!(!held.swap(true, order), "two hold it");
                            claims.fetch_add(1, order);
                            assert!(held.swap(false, order));
                            drop(unfinished);
                        }
                        Claim::Theirs => std::thread::yield_now(),
                        Claim::Done(entry) => panic!("nobody published {entry:?}"),
                    }
                }
            });
        }
    });
}

#[test]
fn ranges_may_be_committed_in_any_order_but_not_with_a_gap() {
    let (_folder, cache) = cache();
    let unfinished = claim(&cache, "a");
    unfinished.commit_parts(2, &[("out", rows(20..30))], ledger(20..30), b"").unwrap();
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    assert_eq!(unfinished.committed(), 1);
    assert!(matches!(unfinished.publish(summary("a")), Err(CacheError::Incomplete { .. })));
    let again = claim(&cache, "a");
    assert!(again.committed_part(2).is_some());
    again.commit_parts(1, &[("out", rows(10..20))], ledger(10..20), b"").unwrap();
    assert_eq!(ids(&again.publish(summary("a")).unwrap()), (0..30).collect::<Vec<_>>());
}

#[test]
fn progress_is_what_was_noted_or_what_was_committed() {
    let (_folder, cache) = cache();
    let fingerprint = ingredients("a").fingerprint();
    assert_eq!(cache.unfinished(&fingerprint), None);
    let unfinished = claim(&cache, "a");
    assert_eq!(cache.unfinished(&fingerprint), Some(Progress { done: 0, of: None }));
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    assert_eq!(cache.unfinished(&fingerprint), Some(Progress { done: 10, of: None }));
    unfinished.note_progress(Progress { done: 12, of: Some(1000) }).unwrap();
    unfinished.note_progress(Progress { done: 13, of: Some(20) }).unwrap();
    assert_eq!(cache.unfinished(&fingerprint), Some(Progress { done: 13, of: Some(20) }));
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

#[test]
fn the_first_value_of_a_key_stays() {
    let (folder, cache) = cache();
    let memo = cache.memo();
    assert_eq!(memo.get(b"key").unwrap(), None);
    memo.put(b"key", b"first").unwrap();
    memo.put(b"key", b"second").unwrap();
    memo.put(b"other", b"").unwrap();
    assert_eq!(memo.get(b"key").unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(memo.get(b"other").unwrap().as_deref(), Some(&b""[..]));
    let stored = |key: &[u8]| -> PathBuf {
        let name = crate::table::Digest::of(key).to_string();
        folder.path().join("cache/memo").join(&name[..2]).join(name)
    };
    flip(&stored(b"key"));
    assert_eq!(memo.get(b"key").unwrap(), None);
    memo.put(b"key", b"second").unwrap();
    assert_eq!(memo.get(b"key").unwrap().as_deref(), Some(&b"second"[..]));
    fs::copy(stored(b"key"), stored(b"other")).unwrap();
    assert_eq!(memo.get(b"other").unwrap(), None, "another key's value is no value");
    assert_eq!(fs::read_dir(folder.path().join("cache/tmp")).unwrap().count(), 0);
}

#[test]
fn threads_agree_on_a_first_value() {
    let (_folder, cache) = cache();
    let answers: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let put = |number: u8| {
            let memo = cache.memo();
            move || {
                memo.put(b"key", &[number]).unwrap();
                memo.get(b"key").unwrap().unwrap()
            }
        };
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(put(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[test]
fn content_replaced_under_restored_times_is_noticed() {
    let (folder, cache) = cache();
    let path = folder.path().join("data.jsonl");
    fs::write(&path, b"one").unwrap();
    let first = crate::table::Digest::of(b"one");
    let before = Stamp::at(&path).unwrap();
    fs::create_dir_all(cache.root()).unwrap();
    fs::write(cache.root().join("digests"), digest::line(&before, &first)).unwrap();
    assert_eq!(cache.digests().of(&path).unwrap(), first);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    loop {
        fs::write(&path, b"two").unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        let after = Stamp::at(&path).unwrap();
        assert_eq!((after.size, after.modified, after.inode), (before.size, before.modified, before.inode));
        if after.changed != before.changed {
            break;
        }
    }
    let second = cache.digests().of(&path).unwrap();
    assert_ne!(first, second);
    assert_eq!(second, crate::table::Digest::of(b"two"));
}

#[test]
fn a_remembered_digest_is_used_unless_it_is_not_to_be_trusted() {
    let (folder, cache) = cache();
    let path = folder.path().join("data.jsonl");
    fs::write(&path, b"one").unwrap();
    let stamp = Stamp::at(&path).unwrap();
    let wrong = crate::table::Digest::of(b"what an earlier process remembered");
    let torn = "17 17 17 17 torn line\n";
    fs::create_dir_all(cache.root()).unwrap();
    fs::write(cache.root().join("digests"), format!("{torn}{}", digest::line(&stamp, &wrong))).unwrap();
    assert_eq!(cache.digests().of(&path).unwrap(), wrong);
    let distrusting = cache.trusting(Trust::Nothing);
    assert_eq!(distrusting.digests().of(&path).unwrap(), crate::table::Digest::of(b"one"));
}

#[test]
fn runs_are_recorded_and_remember_what_they_finished() {
    let (_folder, cache) = cache();
    let record = |id: &str, started| RunRecord {
        id: id.into(),
        pipeline: "p".into(),
        started,
        outcome: None,
        tasks: vec![RunTask {
            names: vec![("base".into(), "a".into())],
            fingerprint: ingredients("a").fingerprint(),
            ingredients: ingredients("a"),
            cached: false,
        }],
    };
    let run = cache.begin_run(record("1", 5)).unwrap();
    assert_eq!(cache.runs()[0].outcome, None);
    assert!(!cache.finished("1", &ingredients("a").fingerprint()));
    publish(&cache, "a");
    assert!(cache.finished("1", &ingredients("a").fingerprint()));
    run.finish(Outcome::Complete).unwrap();
    let later = cache.begin_run(record("1", 6)).unwrap();
    assert_ne!(later.id(), "1");
    let runs = cache.runs();
    assert_eq!(
        runs.iter().map(|run| (run.started, run.outcome)).collect::<Vec<_>>(),
        [(6, None), (5, Some(Outcome::Complete))]
    );
    let last = |pipeline| cache.last_run(pipeline).map(|run| run.started);
    assert_eq!((last(Some("p")), last(None), last(Some("q"))), (Some(6), Some(6), None));
    assert_eq!(cache.run("1").map(|run| run.outcome), Some(Some(Outcome::Complete)));
    assert_eq!(cache.history("p").nodes["base"]["a"].run, later.id());
    assert_eq!(cache.history("q").nodes.len(), 0);
}
