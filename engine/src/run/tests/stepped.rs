//! Step operators stopped at any step go on without repeating or losing one.

use serde_json::json;

use super::operators::COUNT;
use super::pipeline::ends;
use super::{Pipeline, Probe, Site};
use crate::event::Outcome;
use crate::run::TaskEnd;

const STEPS: usize = 12;

fn pipeline(site: &Site, probe: &str) -> Pipeline {
    of_steps(site, probe, STEPS)
}

fn of_steps(site: &Site, probe: &str, steps: usize) -> Pipeline {
    Pipeline::new(site.folder.path()).node("count", &COUNT, &json!({"steps": steps, "probe": probe}), &[])
}

#[test]
fn killed_in_every_step_and_in_its_end_it_gives_the_same_bytes() {
    let peaceful = Site::new();
    let undisturbed = peaceful.complete(&pipeline(&peaceful, "step by step"));
    let probe = Probe::named("step by step");
    let expected = probe.calls();
    assert_eq!(expected, STEPS + 1);
    let site = Site::new();
    for done in 0..=STEPS {
        // Every run does one step and dies in the next; the last one dies while it writes its result.
        probe.die_at(probe.calls() + usize::from(done > 0));
        let summary = site.run(&pipeline(&site, "step by step"));
        assert_eq!(summary.outcome, Outcome::Failed, "{:?}", summary.tasks);
    }
    probe.calm();
    let before = probe.calls();
    let summary = site.complete(&pipeline(&site, "step by step"));
    assert_eq!(probe.calls() - before, 1, "only the end is left");
    assert_eq!(site.bytes(&summary, "count"), peaceful.bytes(&undisturbed, "count"));
    assert_eq!(site.entry(&summary, "count").rows("metrics"), Some(STEPS as u64 + 1));
}

#[test]
fn asked_to_stop_it_saves_and_goes_on_from_there() {
    let (mut site, probe) = (Site::new(), Probe::named("stopped"));
    let cancellation = site.cancellation.clone();
    probe.script(move |call| {
        if call.id == "4" {
            cancellation.cancel();
        }
        Ok(())
    });
    let summary = site.run(&pipeline(&site, "stopped"));
    assert_eq!((summary.outcome, ends(&summary)["count"]), (Outcome::Interrupted, &TaskEnd::Interrupted));
    assert_eq!(probe.calls(), 5, "the step under way is finished");
    assert_eq!(
        site.plan(&pipeline(&site, "stopped")).tasks[0].state,
        crate::plan::State::Resumes { done: 5, of: Some(STEPS as u64) }
    );
    site.cancellation = crate::operator::Cancellation::default();
    probe.calm();
    site.complete(&pipeline(&site, "stopped"));
    assert_eq!(probe.calls(), STEPS + 1);
}

#[test]
fn a_longer_run_goes_on_from_where_a_shorter_one_ended() {
    let peaceful = Site::new();
    let undisturbed = peaceful.complete(&pipeline(&peaceful, "prolonged"));
    let probe = Probe::named("prolonged");
    let site = Site::new();
    for (steps, more) in [(5, 5), (STEPS, STEPS - 5), (7, 7)] {
        let before = probe.calls();
        let summary = site.complete(&of_steps(&site, "prolonged", steps));
        assert_eq!(probe.calls() - before, more + 1, "{steps} steps and an end");
        if steps == STEPS {
            assert_eq!(site.bytes(&summary, "count"), peaceful.bytes(&undisturbed, "count"));
        }
    }
    // What the longest left is still there, whatever shorter runs did meanwhile.
    let before = probe.calls();
    site.complete(&of_steps(&site, "prolonged", STEPS + 1));
    assert_eq!(probe.calls() - before, 2);
}

#[test]
fn those_that_go_on_from_each_other_take_turns_in_one_run() {
    let site = Site::new();
    let with = |steps: usize| json!({"steps": steps, "probe": "in turns"});
    let pipeline = Pipeline::new(site.folder.path())
        .node("longest", &COUNT, &with(STEPS), &[])
        .node("shortest", &COUNT, &with(3), &[])
        .node("longer", &COUNT, &with(7), &[]);
    let summary = site.complete(&pipeline);
    // Every step once, and three ends.
    assert_eq!(Probe::named("in turns").calls(), STEPS + 3);
    let alone = Site::new();
    let undisturbed = alone.complete(&of_steps(&alone, "in turns", STEPS));
    assert_eq!(site.bytes(&summary, "longest"), alone.bytes(&undisturbed, "count"));
}
