//! What a machine lacks for a pipeline is told before anything is made, all of it at once.

use std::fs;

use crate::command::Workplace;
use crate::golden::root;

const MANIFEST: &str = r#"
name: lacking
nodes:
  questions: {op: source.jsonl, with: {path: questions.jsonl}}
  here:
    op: model.scratch
    inputs: questions
    with: {columns: [question], vocabulary: 300, shape: {hidden: 32, layers: 2, heads: 2, context: 256}}
    run: {device: "cuda:97"}
  there: {op: model.endpoint, with: {name: there}, run: {url: "http://127.0.0.1:9/v1", key_env: NO_KEY_OF_THAT_NAME}}
  nowhere: {op: model.endpoint, with: {name: nowhere}}
  by_here: {op: generate.sample, inputs: {rows: questions, model: here}, with: &asked {prompt: "{{ question }}", max_tokens: 4}}
  by_there: {op: generate.sample, inputs: {rows: questions, model: there}, with: *asked}
  by_nowhere: {op: generate.sample, inputs: {rows: questions, model: nowhere}, with: *asked}
  taught: {op: train.sft, inputs: {rows: questions, model: here}, with: {prompt: "{{ question }}", completion: "{{ question }}", steps: 1}, run: {device: cpu}}
  first: {op: export.jsonl, inputs: {rows: by_here}, with: {path: first.jsonl}}
  second: {op: export.jsonl, inputs: {rows: by_there}, with: {path: second.jsonl}}
  third: {op: export.jsonl, inputs: {rows: by_nowhere}, with: {path: third.jsonl}}
  model: {op: export.checkpoint, inputs: taught, with: {path: model}}
"#;

const CARD: &str = "`cuda:97`";
const KEY: &str = "the environment variable `NO_KEY_OF_THAT_NAME`, the key of `there`, is not set";
const ADDRESS: &str = "`nowhere` does not say where its endpoint is";

#[test]
fn a_run_is_refused_before_anything_is_made_and_told_all_that_is_lacking() {
    let mut place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    fs::write(place.path().join("lacking.yaml"), MANIFEST).unwrap();
    let elsewhere = ["--set", "questions.with.path=elsewhere.jsonl"];
    let refused = place.millrace(&[&["run", "lacking.yaml", "--log", "json"], &elsewhere[..]].concat());
    assert_eq!(refused.code, 3, "{}", refused.err);
    let file = "no file matches `elsewhere.jsonl` (for `questions`)";
    for lacking in [file, CARD, KEY, ADDRESS, "(for `by_here`)", "(for `by_there`)", "(for `by_nowhere`)"] {
        assert!(refused.err.contains(lacking), "{}", refused.err);
    }
    assert!(!refused.out.contains("node_started"), "{}", refused.out);

    let planned = place.millrace(&["plan", "lacking.yaml"]);
    for lacking in [CARD, KEY, ADDRESS] {
        assert!(planned.out.contains(lacking), "{}", planned.out);
    }
    let task = |node: &str| {
        let planned = place.millrace(&["plan", "lacking.yaml", "--json"]);
        let planned: serde_json::Value = serde_json::from_str(&planned.out).unwrap();
        planned["tasks"].as_array().unwrap().iter().find(|task| task["node"] == node).unwrap()["lacks"].clone()
    };
    assert_eq!(task("by_there"), serde_json::json!([KEY]));
    assert_eq!(task("taught"), serde_json::json!([]), "its own device counts before its model's");

    place.set("NO_KEY_OF_THAT_NAME", "a key");
    let refused = place.millrace(&["run", "lacking.yaml"]);
    assert!(!refused.err.contains("NO_KEY_OF_THAT_NAME") && refused.err.contains(ADDRESS), "{}", refused.err);
}

#[test]
fn what_is_there_already_lacks_nothing() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    fs::write(place.path().join("lacking.yaml"), MANIFEST).unwrap();
    place.events(&["run", "lacking.yaml", "first", "model", "--set", "by_here.run.device=cpu"]);
    place.events(&["run", "lacking.yaml", "first", "model"]);
}

#[test]
fn a_device_is_misspelt_when_it_is_checked() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    fs::write(place.path().join("lacking.yaml"), MANIFEST.replace("cuda:97", "cuad:0")).unwrap();
    let checked = place.millrace(&["check", "lacking.yaml"]);
    assert_eq!(checked.code, 2, "{}", checked.err);
    assert!(checked.err.contains("device") && checked.err.contains("cuda:"), "{}", checked.err);
}

const LATE: &str = r#"
name: late
nodes:
  problems: {op: synthesize.practice, with: {count: 8}}
  scratch:
    op: model.scratch
    inputs: problems
    with: {columns: [statement, solution], vocabulary: 300, shape: {hidden: 32, layers: 2, heads: 2, context: 512}}
  taught: {op: train.sft, inputs: {rows: problems, model: scratch}, with: {prompt: "{{ statement }}", completion: "{{ solution }}", steps: 30}}
  answers: {op: generate.sample, inputs: {rows: problems, model: taught}, with: {prompt: "{{ statement }}", max_tokens: 4}}
  verdicts: {op: verify.execute, inputs: {programs: answers, problems: problems}, with: {code: completion, extract: whole}}
  written: {op: export.jsonl, inputs: {rows: verdicts}, with: {path: verdicts.jsonl}}
"#;

#[test]
fn an_interpreter_that_cannot_be_made_is_missed_at_once_and_others_work_on() {
    let mut place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    fs::write(place.path().join("late.yaml"), LATE).unwrap();
    let nothing = place.path().join("nothing").to_str().unwrap().to_owned();
    place.set("XDG_CACHE_HOME", &nothing);
    place.set("PATH", &nothing);
    let ran = place.millrace(&["run", "late.yaml", "--log", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let events = ran.out.lines().filter(|line| line.starts_with("{\"at\"")).map(|line| line.parse().unwrap());
    let events: Vec<serde_json::Value> = events.collect();
    let when = |event: &str, node: &str| {
        let place = events.iter().position(|told| told["event"] == event && told["node"] == node);
        place.unwrap_or_else(|| panic!("{event} of {node}: {}", ran.out))
    };
    let failed = when("node_failed", "verdicts");
    assert!(events[failed]["message"].as_str().unwrap().contains("python3"), "{}", events[failed]);
    assert!(failed < when("node_finished", "taught"), "hours before its turn");
    when("node_finished", "answers");
    assert!(!events.iter().any(|event| event["event"] == "preparing" && event["node"] != "verdicts"));
}
