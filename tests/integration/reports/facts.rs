//! The facts of an example and of an ablation, and that they are the same whenever they are asked for.

use std::fs;

use serde_json::{Value, json};

use crate::command::Workplace;
use crate::golden::{Golden, root};

/// A copy of the examples in which one was run.
fn ran(arguments: &[&str]) -> Workplace {
    let place = Workplace::copy_of(&root().join("examples"));
    let ran = place.millrace(arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("report: ./.millrace/reports/"), "{}", ran.err);
    place
}

/// The facts of the last run of a manifest, or of a run.
fn facts(place: &Workplace, run: &str) -> Value {
    let told = place.millrace(&["report", run, "--json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    serde_json::from_str(&told.out).unwrap()
}

fn compared(name: &str, found: &Value) {
    let mut golden = Golden::default();
    let path = root().join("tests/snapshots/reports").join(name);
    golden.compare(&path, &(serde_json::to_string_pretty(found).unwrap() + "\n"));
    golden.finish();
}

/// What differs from run to run and from machine to machine, by its key; digests say nothing to a reader.
fn redacted(mut facts: Value) -> Value {
    const VARYING: [&str; 9] =
        ["run", "started", "made", "seconds", "bytes", "machine", "folder", "millrace", "fingerprint"];
    match &mut facts {
        Value::Object(fields) => {
            for (key, value) in fields {
                *value = match value.take() {
                    _ if VARYING.contains(&key.as_str()) => json!("..."),
                    other => redacted(other),
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = redacted(item.take())),
        Value::String(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            facts = json!("...");
        }
        _ => (),
    }
    facts
}

#[test]
fn a_run_ends_with_what_every_stage_gave() {
    let place = Workplace::copy_of(&root().join("examples"));
    let ran = place.millrace(&["run", "judge.yaml"]);
    let closing = ran.err.split_once("done in").unwrap().1;
    let lines = [
        "  answers    8 completions, 1 unparsed\n",
        "  agreed     3 rows, 5 removed\n",
        "\n\n  dataset in out/agreed.jsonl  3 rows\n",
    ];
    lines.iter().for_each(|line| assert!(closing.contains(line), "{closing}"));
    let again = place.millrace(&["run", "judge.yaml"]);
    assert!(!again.err.contains("8 completions"), "{}", again.err);
}

#[test]
fn a_run_tells_what_was_asked_and_what_became_of_every_row() {
    let place = ran(&["run", "judge.yaml"]);
    compared("judge.json", &redacted(facts(&place, "judge.yaml")));
}

#[test]
fn an_ablation_tells_its_variants_and_seeds() {
    let place = ran(&["ablate", "ablation.yaml"]);
    let found = redacted(facts(&place, "ablation.yaml"));
    let nodes = found["nodes"].as_array().unwrap().iter().map(|node| {
        let told = ["label", "variations", "state", "losses"];
        told.into_iter().map(|key| (key.to_owned(), node[key].clone())).collect::<serde_json::Map<_, _>>().into()
    });
    let asked = json!({"command": found["asked"]["command"], "variations": found["asked"]["variations"]});
    let nodes: Vec<Value> = nodes.collect();
    compared("ablation.json", &json!({"asked": asked, "comparison": found["comparison"], "nodes": nodes}));
}

#[test]
fn a_report_made_later_is_the_report() {
    let place = ran(&["run", "judge.yaml"]);
    let found = facts(&place, "judge.yaml");
    let run = found["run"].as_str().unwrap().to_owned();
    let page = place.path().join(".millrace/reports").join(format!("{run}.html"));
    let left = fs::read_to_string(&page).unwrap();
    fs::remove_file(&page).unwrap();
    // Other runs come, and the manifest goes.
    place.events(&["run", "judge.yaml", "--set", "answers.with.samples=2"]);
    fs::remove_file(place.path().join("judge.yaml")).unwrap();

    assert_eq!(facts(&place, &run), found);
    let again = place.millrace(&["report", &run]);
    assert_eq!((again.code, again.out), (0, format!(".millrace/reports/{run}.html\n")), "{}", again.err);
    assert_eq!(fs::read_to_string(&page).unwrap(), left);
}

#[test]
fn what_was_cached_is_told_by_the_run_that_made_it() {
    let place = ran(&["run", "judge.yaml"]);
    let first = facts(&place, "judge.yaml");
    place.events(&["run", "judge.yaml"]);
    let second = facts(&place, "judge.yaml");
    assert_ne!(first["run"], second["run"]);
    let both = first["nodes"].as_array().unwrap().iter().zip(second["nodes"].as_array().unwrap());
    for (made, cached) in both {
        assert_eq!((&made["state"], &cached["state"]), (&json!("finished"), &json!("cached")));
        assert_eq!((&made["work"], &made["outputs"]), (&cached["work"], &cached["outputs"]));
    }
}

#[test]
fn only_a_run_that_did_something_leaves_a_page() {
    let place = ran(&["run", "where.yaml"]);
    let again = place.millrace(&["run", "where.yaml"]);
    assert!(again.code == 0 && !again.err.contains("report:"), "{}", again.err);
    assert_eq!(fs::read_dir(place.path().join(".millrace/reports")).unwrap().count(), 1);
    // Asked for, it is made.
    assert_eq!(place.millrace(&["report", "where.yaml"]).code, 0);
    assert_eq!(fs::read_dir(place.path().join(".millrace/reports")).unwrap().count(), 2);
}

#[test]
fn an_ablation_of_what_is_cached_tells_the_whole_graph() {
    let place = ran(&["ablate", "ablation.yaml"]);
    let first = facts(&place, "ablation.yaml");
    place.events(&["ablate", "ablation.yaml", "--json"]);
    let second = facts(&place, "ablation.yaml");
    let names = |facts: &Value| {
        let mut names: Vec<String> =
            facts["nodes"].as_array().unwrap().iter().map(|node| node["fingerprint"].to_string()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&first), names(&second));
    let variations = |facts: &Value| {
        let nodes = facts["nodes"].as_array().unwrap().iter();
        let mut own: Vec<_> = nodes
            .map(|node| (node["fingerprint"].to_string(), node["variations"].to_string(), node["label"].to_string()))
            .collect();
        own.sort();
        own
    };
    assert_eq!(variations(&first), variations(&second));
}
