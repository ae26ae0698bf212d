//! Every example and every pipeline runs to its end as it stands, and has nothing to do the second time.

use std::fs;

use crate::command::Workplace;
use crate::golden::root;

/// What makes the recipes that take more than this machine has, or more than a test may, small: of each manifest.
const SMALLER: [(&str, &[&str]); 2] = [
    ("recode-math.yaml", &["--preset", "tiny", "--set", "vars.steps=2", "--set", "base.with.epochs=1"]),
    (
        "recode.yaml",
        &[
            "--preset",
            "tiny",
            "--set",
            "vars.steps=2",
            "--set",
            "reasoning.with.count=300",
            "--set",
            "problems.with.count=40",
            "--set",
            "heldout.with.count=20",
            "--set",
            "base.with.epochs=1",
            "--set",
            "reward.with.steps=4",
            "--set",
            "policy.with.batch=4",
        ],
    ),
];

/// Waits for people, and is run where these are (see `waiting`).
const WAITING: &str = "lcb-rb.yaml";

/// Learns from what a model finds that was taught for minutes, and is run as far as one goes that was not.
const SEARCHING: &str = "crpe.yaml";

/// What is checked at full size: manifests and their presets for other machines.
const FULL_SIZE: [(&str, &[&str]); 5] = [
    ("recode.yaml", &[]),
    ("recode.yaml", &["--preset", "single-gpu"]),
    ("recode-math.yaml", &[]),
    (WAITING, &[]),
    (SEARCHING, &[]),
];

fn run_all(folder: &str, at_least: usize) {
    let place = Workplace::copy_of(&root().join(folder));
    let files = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut manifests: Vec<String> = files.filter(|name| name.ends_with(".yaml")).collect();
    manifests.sort();
    assert!(manifests.len() >= at_least, "{manifests:?}");
    for manifest in manifests.iter().filter(|manifest| ![WAITING, SEARCHING].contains(&manifest.as_str())) {
        let smaller = SMALLER.iter().find(|(name, _)| name == manifest).map_or(&[] as &[&str], |(_, smaller)| smaller);
        let text = fs::read_to_string(place.path().join(manifest)).unwrap();
        assert!(text.starts_with('#'), "{folder}/{manifest} opens with what it shows");
        let checked = place.millrace(&[&["check", manifest], smaller].concat());
        assert_eq!((checked.code, checked.out), (0, format!("{manifest}: no faults\n")), "{}", checked.err);
        let first = place.events(&[&["run", manifest], smaller].concat());
        assert!(first[0]["runs"].as_u64().unwrap() > 0 || first[0]["cached"].as_u64().unwrap() > 0, "{manifest}");
        assert_eq!(first.last().unwrap()["outcome"], "complete", "{manifest}");
        let again = place.events(&[&["run", manifest], smaller].concat());
        assert!(!again.iter().any(|event| event["event"] == "node_started"), "{manifest}: {again:?}");
    }
}

/// A recipe at full size is right as far as it can be known without its files: what is missing are files alone.
#[test]
fn recipes_lack_nothing_but_their_files() {
    let place = Workplace::copy_of(&root().join("pipelines"));
    for (manifest, preset) in FULL_SIZE {
        let checked = place.millrace(&[&["check", manifest], preset].concat());
        assert_eq!(checked.code, 0, "{}", checked.err);
        assert!(checked.out.starts_with(&format!("{manifest}: no faults")), "{}", checked.out);
    }
}

#[test]
fn a_search_goes_as_far_as_its_model() {
    let place = Workplace::copy_of(&root().join("pipelines"));
    let smaller = ["tested.with.count=100", "hard.with.count=6", "heldout.with.count=4", "sft.with.epochs=1"];
    let smaller: Vec<&str> = smaller.iter().flat_map(|smaller| ["--set", *smaller]).collect();
    let run = [&["run", SEARCHING, "before", "improve[1].explore", "--preset", "tiny"], smaller.as_slice()].concat();
    let first = place.events(&run);
    assert_eq!(first.last().unwrap()["outcome"], "complete");
    let again = place.events(&run);
    assert!(!again.iter().any(|event| event["event"] == "node_started"), "{again:?}");
    let shown =
        [&["show", SEARCHING, "improve[1].explore", "--rows", "2", "--preset", "tiny"], smaller.as_slice()].concat();
    let shown = place.millrace(&shown);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("2 trees, ") && shown.out.contains("0.00 of "), "{}", shown.out);
}

#[test]
fn examples_run_to_the_end() {
    run_all("examples", 6);
}

#[test]
fn pipelines_run_to_the_end() {
    run_all("pipelines", 2);
}
