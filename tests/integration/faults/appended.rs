//! A source that grows.

use super::site::{Site, rows};

#[test]
fn ten_rows_appended_to_a_thousand_cost_ten_calls() {
    let site = Site::new(
        "
name: appended
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}}
  slow:   {op: test.slow, inputs: source, with: {name: slow}}
",
    );
    site.write("source.jsonl", &rows(0..1000));
    site.complete("cache", "calls");
    assert_eq!(site.calls_of("calls", "slow"), 1000);

    site.write("source.jsonl", &rows(0..1010));
    site.complete("cache", "calls");
    let added: Vec<String> = site.calls("calls").drain(1000..).map(|(_, row)| row).collect();
    let mut wanted: Vec<String> = (1000..1010).map(|number| format!("row-{number}")).collect();
    let mut sorted = added.clone();
    sorted.sort();
    wanted.sort();
    assert_eq!(sorted, wanted);

    site.complete("clean", "calls of the clean run");
    let (grown, clean) = (site.outputs("cache"), site.outputs("clean"));
    assert!(clean.iter().all(|(path, bytes)| grown.get(path) == Some(bytes)), "remembered rows are not the same bytes");
}
