//! Rows flow while they are made, as many at once as are allowed, and once for all who want them.

use std::sync::mpsc;
use std::sync::{Arc, Barrier, Mutex};

use serde_json::json;

use super::operators::{ECHO, ECHO_SMALL, EXPORT, SOURCE};
use super::{Pipeline, Probe, Site};
use crate::event::Event;
use crate::graph::RunSettings;
use crate::operator::Fault;
use crate::report::{NodeState, RunReport};

#[test]
fn a_reader_works_on_committed_parts_while_the_producer_still_runs() {
    let site = Site::new();
    let pipeline = Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 64}), &[])
        .node("first", &ECHO, &json!({"probe": "flowing first"}), &[("rows", "source.rows")])
        .node("second", &ECHO_SMALL, &json!({"probe": "flowing second"}), &[("rows", "first.kept")]);
    let (seen, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    // The producer's third part waits until the reader has had a row: it ends only if rows flow.
    Probe::named("flowing first").script(move |call| match call.id {
        "row-40" => wait.lock().unwrap().recv().map_err(|_| Fault::node("the reader is gone")),
        _ => Ok(()),
    });
    Probe::named("flowing second").script(move |_| {
        let _ = seen.send(());
        Ok(())
    });
    site.complete(&pipeline);
}

#[test]
fn as_many_rows_are_under_way_as_allowed_and_no_more() {
    let (site, probe) = (Site::new(), Probe::named("crowded"));
    let pipeline = Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 60}), &[])
        .node("echo", &ECHO, &json!({"probe": "crowded"}), &[("rows", "source.rows")])
        .settings(RunSettings { concurrency: Some(7), ..RunSettings::default() });
    site.complete(&pipeline);
    assert!(probe.most_under_way() <= 7, "{}", probe.most_under_way());
    assert!(probe.most_under_way() >= 2, "every third row waits once");
}

#[test]
fn two_runs_at_once_compute_once() {
    let (site, probe) = (Site::new(), Probe::named("both"));
    let pipeline = Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 200, "probe": "both source"}), &[])
        .node("echo", &ECHO, &json!({"probe": "both"}), &[("rows", "source.rows")]);
    let (plan, barrier) = (site.plan(&pipeline), Arc::new(Barrier::new(2)));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let (plan, options, barrier, cache) = (&plan, site.options(), barrier.clone(), site.cache());
            scope.spawn(move || {
                barrier.wait();
                let summary = crate::run::run(plan, &cache, options).unwrap();
                assert_eq!(summary.outcome, crate::event::Outcome::Complete, "{:?}", summary.tasks);
            });
        }
    });
    assert_eq!((probe.calls(), Probe::named("both source").calls()), (200, 1));
}

#[test]
fn a_sinks_file_appears_and_is_put_back() {
    let site = Site::new();
    let pipeline = Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 64}), &[])
        .node("echo", &ECHO, &json!({"probe": "exported"}), &[("rows", "source.rows")])
        .node("export", &EXPORT, &json!({"path": "out/export.txt"}), &[("rows", "echo.kept")]);
    let path = site.folder.path().join("out/export.txt");
    let expected = "52 rows by test.source, test.echo";
    site.complete(&pipeline);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(site.count(|event| matches!(event, Event::Warning { node, .. } if node == "export")), 1);
    assert_eq!(site.count(|event| matches!(event, Event::Preparing { node, of: 1, .. } if node == "export")), 1);
    std::fs::write(&path, "changed by hand").unwrap();
    let summary = site.complete(&pipeline);
    assert!(summary.tasks.iter().all(|task| task.end == crate::run::TaskEnd::Cached));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn the_record_replays_to_the_report() {
    let site = Site::new();
    let pipeline = Pipeline::new(site.folder.path()).node("source", &SOURCE, &json!({"rows": 40}), &[]).node(
        "echo",
        &ECHO,
        &json!({"probe": "recorded"}),
        &[("rows", "source.rows")],
    );
    let summary = site.complete(&pipeline);
    let events = site.events.lock().unwrap().clone();
    let cache = site.cache();
    let replayed: Vec<_> = cache.events(&summary.run).collect();
    assert_eq!(RunReport::of(&replayed), RunReport::of(&events));
    let report = RunReport::of(&events);
    let echo = &report.nodes["echo"];
    assert_eq!((&echo.state, echo.calls, echo.failed), (&NodeState::Finished, 40, 4));
    assert_eq!(echo.rows["halves"], 6);
    assert_eq!(echo.counts, [("rows".to_owned(), 40.0)].into());
    assert!(matches!(events[0].event, Event::Started { cached: 0, runs: 2, .. }));
    assert!(cache.run_folder(&summary.run).join("provenance.json").exists());
}
