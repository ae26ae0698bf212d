//! Row operators killed anywhere give the bytes of a run that was left in peace.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::json;

use super::operators::{ECHO, ECHO_SMALL, SOURCE};
use super::{Pipeline, Probe, Site};
use crate::event::Outcome;

const ROWS: usize = 70;
const CONCURRENCY: usize = 4;

/// Two row operators with parts of different sizes behind each other.
fn pipeline(site: &Site, name: &str) -> Pipeline {
    let probe = |node: &str| json!({"probe": format!("{name} {node}")});
    Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": ROWS}), &[])
        .node("first", &ECHO, &probe("first"), &[("rows", "source.rows")])
        .node("second", &ECHO_SMALL, &probe("second"), &[("rows", "first.kept")])
}

fn expected(name: &str) -> (Site, crate::run::RunSummary) {
    let site = Site::new();
    let summary = site.complete(&pipeline(&site, name));
    (site, summary)
}

#[test]
fn killed_in_every_call_and_resumed_it_gives_the_same_bytes_and_pays_once() {
    let (peaceful, undisturbed) = expected("every call");
    let (first, second) = (Probe::named("every call first"), Probe::named("every call second"));
    let (first_rows, second_rows) = (first.calls(), second.calls());
    assert_eq!(first_rows, ROWS);
    let site = Site::new();
    let mut kills = 0;
    for (killed, other) in [(&first, &second), (&second, &first)] {
        other.calm();
        for calls in 0..20 {
            killed.die_at(killed.calls() + calls % 7);
            kills += usize::from(site.run(&pipeline(&site, "every call")).outcome == Outcome::Failed);
        }
    }
    assert!(kills > 20, "{kills} kills");
    first.calm();
    second.calm();
    let summary = site.complete(&pipeline(&site, "every call"));
    for node in ["first", "second"] {
        assert_eq!(site.bytes(&summary, node), peaceful.bytes(&undisturbed, node));
    }
    assert!(first.calls() <= 2 * first_rows + kills * CONCURRENCY, "{} calls", first.calls());
    assert!(second.calls() <= 2 * second_rows + kills * CONCURRENCY, "{} calls", second.calls());
}

#[test]
fn a_finished_output_is_not_worked_again() {
    let (site, _) = expected("finished");
    let (first, second) = (Probe::named("finished first").calls(), Probe::named("finished second").calls());
    let summary = site.complete(&pipeline(&site, "finished"));
    assert!(summary.tasks.iter().all(|task| task.end == crate::run::TaskEnd::Cached));
    assert_eq!((Probe::named("finished first").calls(), Probe::named("finished second").calls()), (first, second));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn torn_journals_cost_calls_and_no_bytes(kill in 0..ROWS, cuts in prop::collection::vec(any::<u16>(), 1..6), case in any::<u64>()) {
        let name = format!("torn {case}");
        let (peaceful, undisturbed) = expected(&name);
        let site = Site::new();
        let probe = Probe::named(&format!("{name} first"));
        let mut kill = kill;
        for cut in &cuts {
            probe.die_at(probe.calls() + kill);
            site.run(&pipeline(&site, &name));
            kill /= 2;
            for journal in journals(&site.folder.path().join("cache/partial")) {
                let bytes = std::fs::read(&journal).unwrap();
                std::fs::write(&journal, &bytes[..bytes.len() * usize::from(*cut) / usize::from(u16::MAX)]).unwrap();
            }
        }
        probe.calm();
        let summary = site.complete(&pipeline(&site, &name));
        for node in ["first", "second"] {
            prop_assert_eq!(site.bytes(&summary, node), peaceful.bytes(&undisturbed, node));
        }
    }
}

fn journals(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let journals =
        entries.flatten().map(|entry| entry.path().join(".journal")).filter_map(|path| std::fs::read_dir(path).ok());
    journals.flat_map(|entries| entries.flatten().map(|entry| entry.path())).collect()
}
