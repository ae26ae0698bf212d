//! What is recorded of runs.

use super::fixtures::{cache, ingredients, publish};
use crate::cache::*;
use crate::event::Outcome;

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
