//! Two processes that run the same pipeline at once.

use engine::cache::Cache;

use super::operators::fails;
use super::site::{Site, rows};

const ROWS: usize = 400;

#[test]
fn two_runs_share_the_work_and_call_nothing_twice() {
    let site = Site::new(
        "
name: together
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}}
  first:  {op: test.slow, inputs: source, with: {name: first}}
  second: {op: test.slow, inputs: first, with: {name: second}}
  steps:  {op: test.steps, with: {steps: 50}}
",
    );
    site.write("source.jsonl", &rows(0..ROWS));
    let mut both: Vec<_> = (0..2).map(|_| site.child("cache", "calls").spawn().unwrap()).collect();
    for child in &mut both {
        assert!(child.wait().unwrap().success());
    }

    let mut calls = site.calls("calls");
    calls.sort();
    let twice: Vec<_> = calls.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let through = (0..ROWS).filter(|number| !fails(*number as i64)).count();
    assert_eq!(calls.len(), ROWS + through + 50);

    let verified = Cache::open(&site.path("cache")).unwrap().verify();
    assert_eq!((verified.entries, verified.damages), (4, vec![]));
    site.complete("clean", "calls of the clean run");
    assert!(site.outputs("cache") == site.outputs("clean"), "together they gave something else");
}
