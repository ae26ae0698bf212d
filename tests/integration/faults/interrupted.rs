//! Interrupts from the keyboard.

use std::process::{Child, Stdio};

use serde_json::Value;

use super::site::{Ended, Site, files, rows, signal, until};

const ROWS: usize = 2000;

/// A pipeline whose expression keeps a core busy for a while: `sums` say how long with each row.
fn slow(sums: usize, concurrency: usize) -> Site {
    let sums = vec!["(range(9999) | sum)"; sums].join(" + ");
    let site = Site::new(&format!(
        r#"
name: interrupted
nodes:
  source: {{op: source.jsonl, with: {{path: source.jsonl}}}}
  chosen: {{op: filter.where, inputs: source, with: {{where: "number % 3 + {sums} > 0"}}, run: {{concurrency: {concurrency}}}}}
"#
    ));
    site.write("source.jsonl", &rows(0..ROWS));
    site
}

fn start(site: &Site) -> Child {
    let mut command = site.command(&["run", "pipeline.yaml", "--log", "json"], "cache");
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Bytes of the journals.
fn journaled(site: &Site) -> u64 {
    let root = site.path("cache");
    let journals = files(&root).into_iter().filter(|path| path.iter().any(|name| name == ".journal"));
    journals.filter_map(|path| root.join(path).metadata().ok()).map(|file| file.len()).sum()
}

#[test]
fn an_interrupt_keeps_every_finished_row() {
    let site = slow(2, 8);
    let mut child = start(&site);
    until("a journal", || journaled(&site) > 0);
    signal(child.id(), "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));

    let planned = site.planned("chosen", "cache");
    assert_eq!(planned["plan"]["state"], "resumes", "{planned}");
    let done = planned["plan"]["done"].as_u64().unwrap();
    assert!(done > 0 && done < ROWS as u64, "{planned}");

    let ended = site.millrace(&["run", "pipeline.yaml", "--log", "json"], "cache");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(calls(&ended, "chosen"), ROWS as u64 - done);
    site.run("clean");
    assert!(site.outputs("cache") == site.outputs("clean"));
}

#[test]
fn a_second_interrupt_aborts_the_rows_under_way() {
    // All rows are under way at once: the first interrupt alone would wait for the last of them.
    let site = slow(60, 100_000);
    let entry = site.entry("chosen", "cache");
    let journals = site.path("cache/partial").join(entry.file_name().unwrap()).join(".journal");
    let mut child = start(&site);
    until("the node at work", || journals.exists());
    signal(child.id(), "INT");
    // Those that come before the first was looked at are one with it.
    until("the end", || {
        let ended = child.try_wait().unwrap().is_some();
        if !ended {
            signal(child.id(), "INT");
        }
        ended
    });
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(site.planned("source", "cache")["plan"]["state"], "cached");
    // Some may have been finished before the second came; not all, which the first alone would have waited for.
    let planned = site.planned("chosen", "cache");
    let done = planned["plan"]["done"].as_u64().unwrap_or(0);
    assert!(planned["plan"]["state"] != "cached" && done < ROWS as u64, "{planned}");
}

/// Calls of a node's operator, as the events tell.
fn calls(ended: &Ended, node: &str) -> u64 {
    let events = ended.out.lines().chain(ended.err.lines()).filter_map(|line| serde_json::from_str(line).ok());
    let finished = |event: &Value| event["event"] == "node_finished" && event["node"] == node;
    events.filter(finished).find_map(|event| event["calls"].as_u64()).unwrap()
}
