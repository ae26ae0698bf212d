//! Nodes that do not fit beside each other wait for one another; what does not fit by itself is told.

use serde_json::json;

use super::operators::{ECHO, SOURCE};
use super::{Pipeline, Probe, Site};
use crate::event::Event;
use crate::run::TaskEnd;

fn waits(event: &Event) -> bool {
    matches!(event, Event::Warning { message, .. } if message.contains("while others use it; it waits"))
}

#[test]
fn a_node_waits_for_room_however_long_others_use_it() {
    let site = Site { retries: 0, ..Site::new() };
    let opens = |name: &str| json!({"probe": "in turn", "opens": [name], "tag": name});
    let pipeline = Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 40}), &[])
        .node("one", &ECHO, &opens("one thing"), &[("rows", "source.rows")])
        .node("other", &ECHO, &opens("other thing"), &[("rows", "source.rows")]);
    let events = site.events.clone();
    // Whichever has the room works until the other is known to wait.
    Probe::named("in turn").script(move |_| {
        while !events.lock().unwrap().iter().any(|stamped| waits(&stamped.event)) {
            std::thread::yield_now();
        }
        Ok(())
    });
    site.complete(&pipeline);
    assert_eq!(site.count(waits), 1);
    assert_eq!(site.count(|event| matches!(event, Event::Retry { .. })), 0);
}

#[test]
fn two_nodes_use_one_thing_at_once() {
    let site = Site { retries: 0, ..Site::new() };
    let opens = |tag: &str| json!({"probe": "shared", "opens": ["thing"], "tag": tag});
    let pipeline = Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 40}), &[])
        .node("one", &ECHO, &opens("one"), &[("rows", "source.rows")])
        .node("other", &ECHO, &opens("other"), &[("rows", "source.rows")]);
    site.complete(&pipeline);
    assert_eq!((Probe::named("shared").calls(), site.count(waits)), (80, 0));
}

#[test]
fn what_does_not_fit_by_itself_is_told() {
    let site = Site { retries: 0, ..Site::new() };
    let pipeline = Pipeline::new(site.folder.path()).node("source", &SOURCE, &json!({"rows": 1}), &[]).node(
        "echo",
        &ECHO,
        &json!({"probe": "alone", "opens": ["one", "other"]}),
        &[("rows", "source.rows")],
    );
    let summary = site.run(&pipeline);
    let TaskEnd::Failed { message } = &summary.tasks[1].end else { panic!("{:?}", summary.tasks) };
    assert!(message.contains("no room for `other`") && message.contains("`--capacity`"), "{message}");
}
