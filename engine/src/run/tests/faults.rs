//! Faults of the world, of rows, of nodes and of files.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::operators::{COUNT, ECHO, SOURCE};
use super::pipeline::ends;
use super::{Pipeline, Probe, Site};
use crate::event::{Event, Outcome};
use crate::graph::RunSettings;
use crate::operator::Fault;
use crate::run::TaskEnd;

fn one(site: &Site, probe: &str) -> Pipeline {
    Pipeline::new(site.folder.path()).node("source", &SOURCE, &json!({"rows": 30}), &[]).node(
        "echo",
        &ECHO,
        &json!({"probe": probe}),
        &[("rows", "source.rows")],
    )
}

fn message<'a>(summary: &'a crate::run::RunSummary, node: &str) -> &'a str {
    match ends(summary)[node] {
        TaskEnd::Failed { message } => message,
        other => panic!("{node}: {other:?}"),
    }
}

#[test]
fn the_world_is_tried_again_and_rows_are_not() {
    let (site, probe) = (Site::new(), Probe::named("retried"));
    let failures = Arc::new(AtomicUsize::new(0));
    let counted = failures.clone();
    probe.script(move |call| match call.id {
        "row-9" if counted.fetch_add(1, Ordering::SeqCst) < 2 => Err(Fault::infrastructure("the endpoint is down")),
        _ => Ok(()),
    });
    let summary = site.complete(&one(&site, "retried"));
    assert_eq!(probe.calls(), 32);
    assert_eq!(site.count(|event| matches!(event, Event::Retry { row: Some(row), .. } if row == "row-9")), 2);
    let failed: Vec<_> = site.entry(&summary, "echo").failed_rows().map(|row| row.unwrap().id).collect();
    assert_eq!(failed, ["row-4", "row-15", "row-26"]);
    let TaskEnd::Made(made) = ends(&summary)["echo"] else { panic!() };
    assert_eq!((made.failed, made.calls), (3, 32));
}

#[test]
fn a_world_that_stays_down_fails_the_node_and_keeps_the_rest() {
    let (mut site, probe) = (Site::new(), Probe::named("down"));
    site.retries = 2;
    probe.script(|call| match call.id {
        "row-20" => Err(Fault::infrastructure("the endpoint is down")),
        _ => Ok(()),
    });
    let summary = site.run(&one(&site, "down"));
    assert_eq!(summary.outcome, Outcome::Failed);
    assert!(message(&summary, "echo").contains("the endpoint is down"));
    let before = probe.calls();
    assert_eq!(site.count(|event| matches!(event, Event::Retry { .. })), 2);
    probe.calm();
    site.complete(&one(&site, "down"));
    assert_eq!(probe.calls(), 30 + 3, "{before} calls before: every row once, the bad one three times more");
}

#[test]
fn a_table_operator_is_tried_again_from_the_start() {
    let (site, probe) = (Site::new(), Probe::named("again"));
    probe.script(|call| if call.number < 2 { Err(Fault::infrastructure("busy")) } else { Ok(()) });
    let pipeline =
        Pipeline::new(site.folder.path()).node("source", &SOURCE, &json!({"rows": 30, "probe": "again"}), &[]);
    let summary = site.complete(&pipeline);
    assert_eq!((probe.calls(), site.entry(&summary, "source").rows("rows")), (3, Some(30)));
}

#[test]
fn a_failing_branch_leaves_the_others_alone() {
    let (site, probe) = (Site::new(), Probe::named("broken"));
    probe.script(|_| Err(Fault::node("no such model")));
    let pipeline = one(&site, "broken")
        .node("after", &ECHO, &json!({"probe": "unbroken"}), &[("rows", "echo.kept")])
        .node("last", &COUNT, &json!({"steps": 2, "probe": "unbroken"}), &[("rows", "after.kept")])
        .node("beside", &ECHO, &json!({"probe": "unbroken", "tag": "b"}), &[("rows", "source.rows")]);
    let summary = site.run(&pipeline);
    assert_eq!(summary.outcome, Outcome::Failed);
    assert_eq!(message(&summary, "echo"), "no such model");
    let skipped = TaskEnd::Skipped { because: "echo".to_owned() };
    assert_eq!((ends(&summary)["after"], ends(&summary)["last"]), (&skipped, &skipped));
    assert!(matches!(ends(&summary)["beside"], TaskEnd::Made(_)));
}

#[test]
fn what_somebody_has_to_do_is_waited_for_and_nothing_fails() {
    let (site, probe) = (Site::new(), Probe::named("awaited"));
    probe.script(|_| Err(Fault::awaited("fill in `sheet.csv`")));
    let pipeline = one(&site, "awaited")
        .node("after", &ECHO, &json!({"probe": "patient"}), &[("rows", "echo.kept")])
        .node("beside", &ECHO, &json!({"probe": "patient", "tag": "b"}), &[("rows", "source.rows")]);
    let summary = site.run(&pipeline);
    assert_eq!(summary.outcome, Outcome::Waiting);
    assert_eq!(ends(&summary)["echo"], &TaskEnd::Awaiting { message: "fill in `sheet.csv`".to_owned() });
    assert_eq!(ends(&summary)["after"], &TaskEnd::Skipped { because: "echo".to_owned() });
    assert!(matches!(ends(&summary)["beside"], TaskEnd::Made(_)));
    assert_eq!(site.count(|event| matches!(event, Event::Awaited { .. } | Event::Held { .. })), 2);
    assert_eq!(site.count(|event| matches!(event, Event::Retry { .. } | Event::NodeFailed { .. })), 0);
    probe.calm();
    assert!(matches!(ends(&site.complete(&pipeline))["after"], TaskEnd::Made(_)), "the same command goes on");
}

#[test]
fn an_output_without_rows_fails_by_name_unless_it_is_allowed() {
    let (site, probe) = (Site::new(), Probe::named("empty"));
    let pipeline = |allow_empty| {
        Pipeline::new(site.folder.path())
            .node("source", &SOURCE, &json!({"rows": 20}), &[])
            .node("echo", &ECHO, &json!({"probe": "empty"}), &[("rows", "source.rows")])
            .settings(RunSettings { allow_empty, ..RunSettings::default() })
    };
    probe.script(|_| Err(Fault::row("nothing to say")));
    let summary = site.run(&pipeline(false));
    let told = message(&summary, "echo");
    for part in ["`kept`", "20 input rows failed", "nothing to say", "allow_empty"] {
        assert!(told.contains(part), "{told}");
    }
    let summary = site.complete(&pipeline(true));
    assert_eq!(site.entry(&summary, "echo").rows("kept"), Some(0));
    assert_eq!(probe.calls(), 20, "the finished rows are kept");
}

#[test]
fn a_round_without_rows_tells_how_to_end_before_it() {
    let site = Site::new();
    let told = |name: &str| {
        let pipeline = Pipeline::new(site.folder.path()).node(name, &SOURCE, &json!({"rows": 0}), &[]);
        message(&site.run(&pipeline), name).to_owned()
    };
    assert!(told("improve[3].pairs").ends_with(", or `improve.repeat: 2` to end with the round before"));
    assert!(told("outer[1].inner[2].pairs").ends_with("`outer.nodes.inner.repeat: 1` to end with the round before"));
    assert!(told("improve[1].pairs").ends_with("if that is meant"));
}

#[test]
fn an_empty_input_gives_an_empty_output() {
    let site = Site::new();
    let allowed = || RunSettings { allow_empty: true, ..RunSettings::default() };
    let pipeline = Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 0}), &[])
        .settings(allowed())
        .node("echo", &ECHO, &json!({"probe": "nothing"}), &[("rows", "source.rows")])
        .settings(allowed());
    let summary = site.complete(&pipeline);
    assert_eq!(site.entry(&summary, "echo").table("kept").unwrap().unwrap().read().unwrap().num_rows(), 0);
}

#[test]
fn a_file_that_changes_during_the_run_is_never_stored_under_its_old_digest() {
    let (site, probe) = (Site::new(), Probe::named("file"));
    let path = site.folder.path().join("rows.txt");
    std::fs::write(&path, "25").unwrap();
    let with = json!({"rows": 0, "file": "rows.txt", "probe": "file"});
    let pipeline = Pipeline::new(site.folder.path()).node("source", &SOURCE, &with, &[]);
    probe.script(move |_| Ok(std::fs::write(&path, "35")?));
    let summary = site.run(&pipeline);
    let told = message(&summary, "source");
    assert!(told.contains("rows.txt") && told.contains("changed"), "{told}");
    probe.calm();
    let summary = site.complete(&pipeline);
    assert_eq!(site.entry(&summary, "source").rows("rows"), Some(35));
}

#[test]
fn a_part_that_cannot_be_written_fails_the_node_and_loses_no_row() {
    let (site, probe) = (Site::new(), Probe::named("unwritable"));
    let pipeline = one(&site, "unwritable");
    let fingerprint = site.plan(&pipeline).tasks[1].fingerprint.unwrap().to_string();
    let partial = site.folder.path().join("cache/partial").join(fingerprint);
    std::fs::create_dir_all(&partial).unwrap();
    std::fs::write(partial.join("kept"), "where the port's folder should be").unwrap();
    let summary = site.run(&pipeline);
    assert_eq!(summary.outcome, Outcome::Failed);
    assert!(message(&summary, "echo").contains("kept"), "{}", message(&summary, "echo"));
    let before = probe.calls();
    assert!(before >= 16, "the first part was worked on");
    std::fs::remove_file(partial.join("kept")).unwrap();
    site.complete(&pipeline);
    assert_eq!(probe.calls(), 30);
}

#[test]
fn what_the_machine_does_not_have_fails_by_name() {
    let site = Site::new();
    let pipeline = Pipeline::new(site.folder.path()).node("source", &SOURCE, &json!({"rows": 3}), &[]).node(
        "echo",
        &ECHO,
        &json!({"probe": "greedy", "slots": 9}),
        &[("rows", "source.rows")],
    );
    let summary = site.run(&pipeline);
    assert!(message(&summary, "echo").contains("needs 9 of `slots`"));
}
