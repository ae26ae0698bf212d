//! A disk that takes no more.

use std::process::{Command, Stdio};

use super::operators::CONCURRENCY;
use super::site::{Ended, Site, line};

/// How many bytes a file may have: less than a part, more than the engine's small files.
const LIMIT: usize = 96 << 10;

const CHOOSING: &str = r#"
name: full
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}, run: {retries: 0}}
  chosen: {op: filter.where, inputs: source, with: {where: "number % 50 > 0"}, run: {retries: 0}}
"#;

/// The same command with a limit on the size of files, reached without a signal, as a full disk is.
fn limited(command: &Command) -> Command {
    let script = format!(r#"trap "" XFSZ; ulimit -f {}; exec "$0" "$@""#, LIMIT / 512);
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).arg(command.get_program()).args(command.get_args());
    let set = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    shell.envs(set).stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

/// Lines whose texts hardly compress.
fn long_rows(count: usize, words: usize) -> String {
    let mut state = 1_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:08x}", state >> 32)
    };
    (0..count).map(|number| line(number, &(0..words).map(|_| word()).collect::<String>())).collect()
}

fn run_limited(site: &Site) -> Ended {
    Ended::of(&limited(&site.command(&["run", "pipeline.yaml"], "cache")).output().unwrap())
}

#[test]
fn a_part_that_does_not_fit_fails_its_node_and_leaves_nothing_half() {
    let site = Site::new(CHOOSING);
    site.write("source.jsonl", &long_rows(5000, 64));
    run_limited(&site).failed_saying(&["part-00000.parquet", "make room"]);
    assert!(site.outputs("cache").is_empty());
    assert_eq!(site.planned("source", "cache")["plan"]["state"], "runs");

    let only_source = site.millrace(&["run", "pipeline.yaml", "source"], "cache");
    assert_eq!(only_source.code, Some(0), "{only_source:?}");
    run_limited(&site).failed_saying(&["part-00000.parquet", "make room"]);
    assert_ne!(site.planned("chosen", "cache")["plan"]["state"], "cached");

    site.run("cache");
    site.run("clean");
    assert!(site.outputs("cache") == site.outputs("clean"));
}

#[test]
fn a_journal_that_does_not_fit_fails_its_node_and_keeps_what_it_took() {
    let site = Site::new(
        "
name: full
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}}
  slow:   {op: test.slow, inputs: source, with: {name: slow}}
",
    );
    // One row short, so that the source's own part fits; a part's journal grows beyond the limit.
    site.write("source.jsonl", &(0..80).map(|number| line(number, &"again ".repeat(400))).collect::<String>());
    let output = limited(&site.child("cache", "calls")).output().unwrap();
    let told = Ended::of(&output);
    assert!(!output.status.success(), "{told:?}");
    assert!(told.err.contains("/.journal/") && told.err.contains("make room"), "{told:?}");

    site.complete("cache", "calls");
    site.complete("clean", "calls of the clean run");
    assert!(site.outputs("cache") == site.outputs("clean"));
    let calls = site.calls("calls").len();
    assert!((81..=80 + CONCURRENCY).contains(&calls), "{calls} calls for 80 rows");
}
