//! Processes killed at random moments of a run, and started again.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use super::operators::{CONCURRENCY, fails};
use super::site::{Site, files, rows, until};

const ROWS: usize = 600;

const SLOW: &str = "
name: killed
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}}
  first:  {op: test.slow, inputs: source, with: {name: first}}
  second: {op: test.slow, inputs: first, with: {name: second}}
";

#[test]
fn a_hundred_kills_change_no_byte_and_cost_only_the_rows_under_way() {
    let site = Site::new(SLOW);
    site.write("source.jsonl", &rows(0..ROWS));
    let kills = 100;
    let rounds =
        kill_and_resume(&site, kills, |random| by_calls_or_files(&site, random, 200 * "second row-100\n".len() as u64));
    let through = (0..ROWS).filter(|number| !fails(*number as i64)).count();
    for (node, rows) in [("first", ROWS), ("second", through)] {
        let calls = site.calls_of("calls", node);
        let (least, most) = (rounds * rows, rounds * rows + kills * CONCURRENCY);
        assert!((least..=most).contains(&calls), "`{node}` was called {calls} times, not {least} to {most}");
    }
}

#[test]
fn a_state_that_is_killed_neither_loses_nor_repeats_a_step() {
    let site = Site::new("{name: killed, nodes: {steps: {op: test.steps, with: {steps: 60}}}}");
    let kills = 20;
    let rounds =
        kill_and_resume(&site, kills, |random| by_calls_or_files(&site, random, 30 * "steps 10\n".len() as u64));
    let calls = site.calls_of("calls", "steps");
    assert!((rounds * 60..=rounds * 60 + kills).contains(&calls), "{calls} steps in {rounds} rounds");
}

/// Kills the pipeline's process `kills` times, at moments told by how far it has come; resumes it each time; begins
/// anew where it came to its end. Every end must be that of a process that nobody killed. How often there was one.
pub(super) fn kill_and_resume(site: &Site, kills: usize, mut moment: impl FnMut(&mut Random) -> Moment) -> usize {
    site.complete("clean", "calls of the clean run");
    let wanted = site.outputs("clean");
    assert!(!wanted.is_empty());
    let mut random = Random(17);
    let (mut killed, mut rounds) = (0, 0);
    while killed < kills {
        if is_killed_at(site, &moment(&mut random)) {
            killed += 1;
        } else {
            rounds += 1;
            assert!(site.outputs("cache") == wanted, "round {rounds} gave something else");
            fs::remove_dir_all(site.path("cache")).unwrap();
        }
    }
    site.complete("cache", "calls");
    assert!(site.outputs("cache") == wanted, "the last round gave something else");
    rounds + 1
}

/// When to kill: when so many bytes are noted of calls, or so many files are in the cache.
pub(super) struct Moment {
    noted: u64,
    files: usize,
}

impl Moment {
    /// One of those in which something is committed or published.
    pub(super) fn by_files(site: &Site, random: &mut Random) -> Self {
        Self { noted: u64::MAX, files: files(&site.path("cache")).len() + 1 + random.below(12) as usize }
    }
}

fn by_calls_or_files(site: &Site, random: &mut Random, most_noted: u64) -> Moment {
    match random.below(3) {
        0 => Moment::by_files(site, random),
        _ => Moment { noted: noted(site) + 1 + random.below(most_noted), files: usize::MAX },
    }
}

/// Whether the process was killed; otherwise it came to its end before the moment.
fn is_killed_at(site: &Site, moment: &Moment) -> bool {
    let mut child = site.child("cache", "calls").spawn().unwrap();
    until("the moment to kill", || {
        let come = match moment.files {
            usize::MAX => noted(site) >= moment.noted,
            files_then => files(&site.path("cache")).len() >= files_then,
        };
        come || child.try_wait().unwrap().is_some()
    });
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(status.success() || status.signal() == Some(9), "{status}");
    !status.success()
}

fn noted(site: &Site) -> u64 {
    fs::metadata(site.path("calls")).map_or(0, |file| file.len())
}

/// Numbers that are the same in every run of the tests (SplitMix64).
pub(super) struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
