//! Asked to stop, a run finishes what is under way and keeps it.

use serde_json::json;

use super::operators::{ECHO, SOURCE};
use super::pipeline::ends;
use super::{Pipeline, Probe, Site};
use crate::event::Outcome;
use crate::operator::Cancellation;
use crate::plan::State;
use crate::run::TaskEnd;

fn pipeline(site: &Site, probe: &str) -> Pipeline {
    Pipeline::new(site.folder.path())
        .node("source", &SOURCE, &json!({"rows": 50}), &[])
        .node("echo", &ECHO, &json!({"probe": probe}), &[("rows", "source.rows")])
        .node(
            "after",
            &ECHO,
            &json!({"probe": format!("{probe} after")}),
            &[("rows", "echo.halves"), ("side", "echo.kept")],
        )
}

#[test]
fn no_row_is_paid_for_twice_and_the_rest_follows_later() {
    for stop_at in [0, 1, 15, 16, 17, 33, 49] {
        let name = format!("cancelled at {stop_at}");
        let (mut site, probe) = (Site::new(), Probe::named(&name));
        let cancellation = site.cancellation.clone();
        probe.script(move |call| {
            if call.number == stop_at {
                cancellation.cancel();
            }
            Ok(())
        });
        let pipeline = narrow(&site, &name);
        let summary = site.run(&pipeline);
        assert_eq!(summary.outcome, Outcome::Interrupted);
        assert_eq!(ends(&summary)["echo"], &TaskEnd::Interrupted);
        let done = probe.calls();
        assert!(done > stop_at && done <= stop_at + 4, "{done} rows, stopped at {stop_at}");
        let state = site.plan(&pipeline).tasks.pop().unwrap().state;
        assert!(matches!(state, State::Resumes { .. }), "{state:?}");
        site.cancellation = Cancellation::default();
        probe.calm();
        site.complete(&pipeline);
        assert_eq!(probe.calls(), 50);
    }
}

fn narrow(site: &Site, probe: &str) -> Pipeline {
    Pipeline::new(site.folder.path()).node("source", &SOURCE, &json!({"rows": 50}), &[]).node(
        "echo",
        &ECHO,
        &json!({"probe": probe}),
        &[("rows", "source.rows")],
    )
}

#[test]
fn nodes_that_wait_do_not_start() {
    let (site, probe) = (Site::new(), Probe::named("never started"));
    site.cancellation.cancel();
    let summary = site.run(&pipeline(&site, "never started"));
    assert_eq!(summary.outcome, Outcome::Interrupted);
    assert!(summary.tasks.iter().all(|task| task.end == TaskEnd::Interrupted), "{:?}", summary.tasks);
    assert_eq!(probe.calls(), 0);
}
