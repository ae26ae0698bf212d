//! Who may make an output, and how far it has come.

use super::fixtures::{cache, claim, ingredients, ledger, rows, summary};
use super::ids;
use crate::cache::*;

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
