//! A policy whose answers none can parse is measured: it passes nothing, and stops no run.

use std::fs;

use serde_json::Value;

use crate::command::Workplace;
use crate::golden::root;

const MANIFEST: &str = r#"
name: unparsed
nodes:
  problems: {op: source.jsonl, with: {path: data/adding.jsonl, rows: Problem}}
  policy: {op: model.scripted, with: {path: unparsed.jsonl}}
  answers:
    op: generate.sample
    inputs: {rows: problems, model: policy}
    with: {prompt: "{{ statement }}", parse: {tags: {answer: answer}}}
    run: {allow_empty: true}
  verdicts:
    op: verify.execute
    inputs: {programs: answers, problems: problems}
    with: {code: answer}
    run: {allow_empty: true}
  pass: {op: evaluate.pass_at_k, inputs: {verdicts: verdicts, failed: answers.unparsed, problems: problems}}
  drawn: {op: table.union, inputs: {parsed: answers, unparsed: answers.unparsed}}
  figures: {op: export.jsonl, inputs: pass.metrics, with: {path: figures.jsonl}}
  texts: {op: export.jsonl, inputs: drawn, with: {path: texts.jsonl}}
"#;

#[test]
fn a_policy_that_formats_nothing_passes_nothing() {
    let place = Workplace::copy_of(&root().join("pipelines"));
    fs::write(place.path().join("unparsed.yaml"), MANIFEST).unwrap();
    fs::write(place.path().join("unparsed.jsonl"), "{\"answers\": [\"I do not know.\"]}\n").unwrap();
    let refused = place.millrace(&["run", "unparsed.yaml", "--set", "answers.run.allow_empty=false"]);
    assert!(refused.code != 0 && refused.err.contains("allow_empty"), "{}", refused.err);

    place.events(&["run", "unparsed.yaml"]);
    let rows = |file: &str| -> Vec<Value> {
        let text = fs::read_to_string(place.path().join(file)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let figures = rows("figures.jsonl");
    let figures: Vec<(&str, f64)> =
        figures.iter().map(|row| (row["name"].as_str().unwrap(), row["value"].as_f64().unwrap())).collect();
    assert_eq!(figures[..2], [("pass@1", 0.0), ("misnamed", 0.0)]);
    assert!(figures.iter().all(|(_, value)| *value == 0.0), "{figures:?}");
    let texts = rows("texts.jsonl");
    assert_eq!(texts.len(), rows("data/adding.jsonl").len());
    assert!(texts.iter().all(|row| row["completion"] == "I do not know."), "{texts:?}");
}
