//! Every example and every pipeline runs to its end as it stands, and has nothing to do the second time.

use std::fs;

use crate::command::Workplace;
use crate::golden::root;

fn run_all(folder: &str, at_least: usize) {
    let place = Workplace::copy_of(&root().join(folder));
    let files = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut manifests: Vec<String> = files.filter(|name| name.ends_with(".yaml")).collect();
    manifests.sort();
    assert!(manifests.len() >= at_least, "{manifests:?}");
    for manifest in &manifests {
        let text = fs::read_to_string(place.path().join(manifest)).unwrap();
        assert!(text.starts_with('#'), "{folder}/{manifest} opens with what it shows");
        let checked = place.millrace(&["check", manifest]);
        assert_eq!((checked.code, checked.out), (0, format!("{manifest}: no faults\n")), "{}", checked.err);
        let first = place.events(&["run", manifest]);
        assert!(first[0]["runs"].as_u64().unwrap() > 0 || first[0]["cached"].as_u64().unwrap() > 0, "{manifest}");
        assert_eq!(first.last().unwrap()["outcome"], "complete", "{manifest}");
        let again = place.events(&["run", manifest]);
        assert!(!again.iter().any(|event| event["event"] == "node_started"), "{manifest}: {again:?}");
    }
}

#[test]
fn examples_run_to_the_end() {
    run_all("examples", 6);
}

#[test]
fn pipelines_run_to_the_end() {
    run_all("pipelines", 1);
}
