//! What is planned, and because of what.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fingerprints;
mod operators;
mod world;

use std::fs;

use self::world::{CHAIN, World, changed, names, parent, task, with};
use super::*;
use crate::cache::{Claim, Progress, RunRecord};

#[test]
fn everything_runs_once() {
    let world = World::new();
    let first = world.plan(&CHAIN);
    assert_eq!(names(&first), ["data", "clean", "sampled", "policy"]);
    assert!(first.tasks.iter().all(|task| task.because == [Reason::First]));
    let states: Vec<_> = first.tasks.iter().map(|task| task.state.clone()).collect();
    let runs = |of| State::Runs { of };
    assert_eq!(states, [runs(None), runs(None), runs(None), runs(Some(40))]);
    world.run(&CHAIN);
    let second = world.plan(&CHAIN);
    for task in &second.tasks {
        assert_eq!(
            (&task.state, task.because.as_slice()),
            (&State::Cached { rows: 10 }, &[][..]),
            "{}",
            task.node.name
        );
    }
}

#[test]
fn a_miss_is_explained_by_what_changed() {
    let cases: [(&str, &str, &str, Vec<Reason>); 5] = [
        ("a value", "clean", "{threshold: 0.3}", vec![changed("config.threshold", 0.1, 0.3)]),
        ("a list", "clean", "{words: [a, b]}", vec![changed("config.words", [(); 0], ["a", "b"])]),
        ("a key", "data", "{path: data.jsonl, fields: {a: b}}", vec![changed("config.fields.a", (), "b")]),
        ("steps", "policy", "{steps: 41}", vec![changed("config.steps", 40, 41)]),
        (
            "two values",
            "clean",
            "{threshold: 1, words: [a]}",
            vec![changed("config.threshold", 0.1, 1.0), changed("config.words", [(); 0], ["a"])],
        ),
    ];
    for (name, node, config, because) in cases {
        let world = World::new();
        world.run(&CHAIN);
        let plan = world.plan(&with(&CHAIN, node, config));
        assert_eq!(task(&plan, node).because, because, "{name}");
        let after = plan.tasks.iter().skip_while(|task| task.node.name != node).skip(1);
        for (task, before) in after.zip(plan.tasks.iter().skip_while(|task| task.node.name != node)) {
            assert_eq!(task.because, [parent(&before.node.name)], "{name}");
        }
    }
}

#[test]
fn the_input_rows_are_known_from_the_cache() {
    let world = World::new();
    world.run(&CHAIN);
    let plan = world.plan(&with(&CHAIN, "clean", "{threshold: 0.3}"));
    assert_eq!(task(&plan, "clean").state, State::Runs { of: Some(10) });
}

#[test]
fn a_changed_file_is_named() {
    let world = World::new();
    world.run(&CHAIN);
    let data = world.folder.path().join("data.jsonl");
    let planned = world.plan(&CHAIN);
    assert!(changed_files(task(&planned, "data"), world.cache.digests()).unwrap().is_empty());
    fs::write(&data, b"{\"other\": 1}").unwrap();
    assert_eq!(changed_files(task(&planned, "data"), world.cache.digests()).unwrap(), std::slice::from_ref(&data));
    let plan = world.plan(&CHAIN);
    let digest = |bytes: &[u8]| crate::table::Digest::of(bytes).to_string();
    let because = changed("files.path.data.jsonl", digest(b"{}"), digest(b"{\"other\": 1}"));
    assert_eq!(task(&plan, "data").because, [because]);
    fs::remove_file(&data).unwrap();
    assert_eq!(changed_files(task(&planned, "data"), world.cache.digests()).unwrap(), [data]);
    let plan = world.plan(&CHAIN);
    for task in &plan.tasks {
        assert_eq!(task.state, State::Unknown { missing: vec!["data.jsonl".into()] });
        assert_eq!((task.fingerprint, task.because.len()), (None, 0));
    }
}

#[test]
fn another_operator_is_one_reason() {
    let world = World::new();
    world.run(&CHAIN);
    let mut lines = CHAIN;
    lines[1] = ("clean", "random", "{}", Some("data"));
    let because = changed("operator", "plan_test.rows", "plan_test.random");
    assert_eq!(task(&world.plan(&lines), "clean").because, [because]);
}

#[test]
fn what_was_there_and_is_gone_is_told_from_what_never_was() {
    let world = World::new();
    let plan = world.plan(&CHAIN);
    let run = world.cache.begin_run(RunRecord::of(&plan, 1)).unwrap();
    world.store(task(&plan, "data"), run.id());
    drop(run);
    world.remove(task(&plan, "data"));
    let again = world.plan(&CHAIN);
    assert!(matches!(task(&again, "data").because[..], [Reason::Gone { .. }]));
    assert_eq!(task(&again, "clean").because, [Reason::Unfinished]);
    world.run(&CHAIN);
    world.run(&CHAIN);
    world.remove(task(&plan, "clean"));
    assert!(matches!(task(&world.plan(&CHAIN), "clean").because[..], [Reason::Gone { .. }]));
}

#[test]
fn damage_is_a_reason() {
    let world = World::new();
    world.run(&CHAIN);
    let plan = world.plan(&CHAIN);
    let entry = world.cache.find(&task(&plan, "clean").fingerprint.unwrap()).present().unwrap();
    fs::write(entry.folder().join("out/part-00000.parquet"), b"PAR1").unwrap();
    let plan = world.plan(&CHAIN);
    let clean = task(&plan, "clean");
    assert_eq!(clean.state, State::Runs { of: Some(10) });
    let [Reason::Gone { message }] = &clean.because[..] else { panic!("{:?}", clean.because) };
    assert!(message.contains("out/part-00000.parquet"), "{message}");
    assert_eq!(task(&plan, "policy").state, State::Cached { rows: 10 });
}

#[test]
fn a_stopped_node_resumes() {
    let world = World::new();
    let plan = world.plan(&CHAIN);
    let begin = |name: &str, progress| {
        let Claim::Ours(unfinished) = world.cache.claim(&task(&plan, name).fingerprint.unwrap()).unwrap() else {
            panic!("theirs")
        };
        unfinished.note_progress(progress).unwrap();
    };
    begin("clean", Progress { done: 7, of: Some(10) });
    begin("policy", Progress { done: 12, of: None });
    let plan = world.plan(&CHAIN);
    assert_eq!(task(&plan, "clean").state, State::Resumes { done: 7, of: Some(10) });
    assert_eq!(task(&plan, "clean").because, [Reason::Unfinished]);
    assert_eq!(task(&plan, "policy").state, State::Resumes { done: 12, of: Some(40) });
}

#[test]
fn only_what_targets_need_is_planned() {
    let world = World::new();
    let mut lines = CHAIN.to_vec();
    lines.push(("aside", "rows", "{threshold: 0.9}", Some("data")));
    let graph = world.graph(&lines);
    let targeted = |names: &[&str]| plan(&[("base", &graph)], &world.cache, Some(names));
    assert_eq!(names(&targeted(&["clean"]).unwrap()), ["data", "clean"]);
    assert_eq!(names(&targeted(&["aside", "clean"]).unwrap()), ["data", "clean", "aside"]);
    world.run(&CHAIN);
    assert_eq!(names(&targeted(&["clean"]).unwrap()), ["clean"], "what is cached needs nothing");
    let aside = targeted(&["aside"]).unwrap();
    assert_eq!(names(&aside), ["data", "aside"]);
    assert_eq!(aside.tasks[1].inputs["rows"], TaskInput { task: 0, output: "out".into() });
    let all = world.plan(&lines);
    world.remove(task(&all, "data"));
    world.remove(task(&all, "sampled"));
    assert_eq!(names(&targeted(&["policy"]).unwrap()), ["policy"], "cached, though its parents are not");
    assert!(targeted(&["policy"]).unwrap().tasks[0].inputs.is_empty());
    assert_eq!(names(&targeted(&["sampled"]).unwrap()), ["clean", "sampled"]);
    assert_eq!(names(&targeted(&["sampled", "aside"]).unwrap()), ["data", "clean", "sampled", "aside"]);
    let error = targeted(&["clena"]).unwrap_err();
    assert_eq!(error.to_string(), "there is no node `clena`; did you mean `clean`?");
}

#[test]
fn variants_share_what_they_agree_on() {
    let world = World::new();
    let base = world.graph(&CHAIN);
    let strict = world.graph(&with(&CHAIN, "sampled", "{}"));
    let longer = world.graph(&with(&CHAIN, "policy", "{steps: 80}"));
    let graphs = [("base", &base), ("strict", &strict), ("longer", &longer)];
    let merged = plan(&graphs, &world.cache, None).unwrap();
    assert_eq!(merged.tasks.len(), 5);
    let labels = |task: &Task| task.names.iter().map(|(variant, _)| variant.clone()).collect::<Vec<_>>();
    assert_eq!(labels(&merged.tasks[0]), ["base", "strict", "longer"]);
    assert_eq!(labels(&merged.tasks[3]), ["base", "strict"]);
    assert_eq!(labels(&merged.tasks[4]), ["longer"]);
    assert_eq!(merged.tasks[4].inputs["rows"].task, 2);
    world.run(&CHAIN);
    let merged = plan(&graphs, &world.cache, None).unwrap();
    let last = &merged.tasks[4];
    assert_eq!(last.because, [changed("config.steps", 40, 80)], "a variant that never ran is compared with the base");
}

#[test]
fn a_hit_and_a_miss_are_explained() {
    let world = World::new();
    world.run(&CHAIN);
    let plan = world.plan(&with(&CHAIN, "policy", "{steps: 80}"));
    let hit = why(task(&plan, "clean"), &world.cache).unwrap();
    assert_eq!(hit.ingredients, task(&plan, "clean").ingredients);
    assert!(hit.made.is_some_and(|made| !made.run.is_empty()));
    let miss = why(task(&plan, "policy"), &world.cache).unwrap();
    assert_eq!((miss.made, miss.because), (None, vec![changed("config.steps", 40, 80)]));
}
