//! Rows found by their content, whichever output has their result.

use super::fixtures::{cache, claim, flip, ingredients, key, ledger, rows, summary};
use crate::cache::*;
use crate::plan::Fingerprint;

#[test]
fn rows_are_remembered_over_finished_and_unfinished_outputs() {
    let (_folder, cache) = cache();
    let identity = Fingerprint::of(b"the work on single rows");
    let first = claim(&cache, "a");
    first.remember_rows(&identity).unwrap();
    first.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    first.publish(summary("a")).unwrap();
    let second = claim(&cache, "b");
    second.remember_rows(&identity).unwrap();
    let mut uneven = RowLedger::new(1);
    uneven.push(Some(key(100)), &[0]);
    uneven.push(Some(key(101)), &[2]);
    uneven.push_failure(Some(key(102)), "r102", "no result");
    uneven.push(Some(key(103)), &[1]);
    second.commit_parts(0, &[("out", rows(100..103))], uneven, b"").unwrap();

    assert_eq!(known(&cache, &identity), 14);
    let mut remembered = cache.remembered_rows(&identity).unwrap();
    assert!(remembered.lookup(&key(500)).unwrap().is_none());
    assert!(cache.remembered_rows(&Fingerprint::of(b"other work")).unwrap().is_empty());
    let asked = [103, 7, 100, 102, 101].map(|number| remembered.lookup(&key(number)).unwrap().unwrap());
    let fetched = remembered.fetch(&asked).unwrap();
    let range = |row: &RememberedRow| match row {
        RememberedRow::Gave(ranges) => ranges["out"],
        RememberedRow::Failed { reason } => panic!("{reason}"),
    };
    let ids = |row: &RememberedRow| {
        use arrow::array::AsArray;
        let RowRange { batch, start, count } = range(row);
        let rows = fetched.batches["out"][batch].slice(start, count);
        rows.column(0).as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
    };
    assert_eq!(ids(&fetched.rows[0]), [102]);
    assert_eq!(ids(&fetched.rows[1]), [7]);
    assert!(ids(&fetched.rows[2]).is_empty());
    assert_eq!(fetched.rows[3], RememberedRow::Failed { reason: "no result".into() });
    assert_eq!(ids(&fetched.rows[4]), [100, 101]);
    second.publish(summary("b")).unwrap();
    assert_eq!(known(&cache, &identity), 14);
}

#[test]
fn damaged_rows_are_not_remembered() {
    let (_folder, cache) = cache();
    let identity = Fingerprint::of(b"the work on single rows");
    for (label, ids) in [("a", 0..10), ("b", 10..20)] {
        let unfinished = claim(&cache, label);
        unfinished.remember_rows(&identity).unwrap();
        unfinished.commit_parts(0, &[("out", rows(ids.clone()))], ledger(ids), b"").unwrap();
        if label == "a" {
            unfinished.publish(summary(label)).unwrap();
        }
    }
    assert_eq!(known(&cache, &identity), 20);
    flip(&cache.part_path(&ingredients("a").fingerprint(), "out", 0));
    assert_eq!(known(&cache, &identity), 10);
    flip(&cache.part_path(&ingredients("b").fingerprint(), "out", 0));
    assert_eq!(known(&cache, &identity), 0);
}

/// How many of the rows that these tests store are known.
fn known(cache: &Cache, identity: &Fingerprint) -> usize {
    let mut remembered = cache.remembered_rows(identity).unwrap();
    (0..200).filter(|number| remembered.lookup(&key(*number)).unwrap().is_some()).count()
}
