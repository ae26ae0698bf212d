//! Input files that change while a pipeline runs.

use std::fs;

use engine::cache::Cache;
use engine::event::Outcome;
use engine::run::{RunSummary, TaskEnd};

use super::child::{planned, run_planned};
use super::site::{Site, rows, until};

const SLOW: &str = "
name: changed
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}}
  slow:   {op: test.slow, inputs: source, with: {name: slow}}
";

fn failure<'a>(summary: &'a RunSummary, node: &str) -> &'a str {
    match &summary.tasks.iter().find(|task| task.node == node).unwrap().end {
        TaskEnd::Failed { message } => message,
        end => panic!("{node}: {end:?}"),
    }
}

#[test]
fn a_file_that_changes_before_it_is_read_fails_the_node_by_name() {
    let site = Site::new(SLOW);
    site.write("source.jsonl", &rows(0..50));
    let cache = Cache::open(&site.path("cache")).unwrap();
    let plan = planned(&site.path("pipeline.yaml"), &cache);
    site.write("source.jsonl", &rows(50..100));

    let summary = run_planned(&plan, &cache);
    assert_eq!(summary.outcome, Outcome::Failed);
    let message = failure(&summary, "source");
    assert!(message.contains("source.jsonl") && message.contains("run again"), "{message}");
    assert!(site.outputs("cache").is_empty());

    site.complete("cache", "calls");
    site.complete("clean", "calls of the clean run");
    assert!(site.outputs("cache") == site.outputs("clean"));
    assert_eq!(site.calls("calls").len(), 50);
}

#[test]
fn a_file_that_changes_while_it_is_read_fails_the_node_by_name() {
    let site = Site::new("{name: changed, nodes: {moving: {op: test.moving, with: {path: lines.txt}}}}");
    site.write("lines.txt", "one\ntwo\n");
    let cache = Cache::open(&site.path("cache")).unwrap();
    let summary = run_planned(&planned(&site.path("pipeline.yaml"), &cache), &cache);
    let message = failure(&summary, "moving");
    assert!(message.contains("lines.txt") && message.contains("run again"), "{message}");
    assert_eq!(fs::read_to_string(site.path("lines.txt")).unwrap(), "one\ntwo\none more\n");
    assert!(site.outputs("cache").is_empty());
}

#[test]
fn a_file_that_changes_after_it_was_read_changes_nothing_in_the_run() {
    let site = Site::new(SLOW);
    site.write("source.jsonl", &rows(0..500));
    site.complete("clean", "calls of the clean run");
    let mut child = site.child("cache", "calls").spawn().unwrap();
    until("rows under way", || !site.calls("calls").is_empty());
    site.write("source.jsonl", &rows(500..600));
    assert!(child.wait().unwrap().success());
    assert!(site.outputs("cache") == site.outputs("clean"), "the change shows in a run that was frozen before");

    let calls = site.calls("calls").len();
    site.complete("cache", "calls");
    let new: Vec<_> = site.calls("calls").split_off(calls);
    assert_eq!(new.len(), 100);
    assert!(new.iter().all(|(_, row)| row.len() == "row-500".len() && row.starts_with("row-5")));
}
