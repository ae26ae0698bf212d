//! Answers, and what of them counts.

use serde_json::{Value, json};

use super::*;
use engine::row::Plain;

fn parts(parse: Value, completion: &str) -> Result<Value, String> {
    let parse: Parse = serde_json::from_value(parse).expect("a parse");
    assert_eq!(parse.check(), []);
    let parts = parse.parser().expect("it was checked").parts(completion)?;
    Ok(parts.iter().map(|(name, cell)| (name.clone(), json!(Plain(cell)))).collect::<serde_json::Map<_, _>>().into())
}

#[test]
fn tags_follow_one_another() {
    let parse = json!({"tags": {"reasoning": "think", "answer": "answer"}});
    let both = Ok(json!({"reasoning": "why", "answer": "42"}));
    assert_eq!(parts(parse.clone(), "<think> why\n</think>\n<answer>42</answer>"), both);
    assert_eq!(parts(parse.clone(), "why</think><answer>42</answer> and more"), both, "opened by the template");
    let swapped = "<answer>42</answer><think>why</think>";
    assert_eq!(parts(parse.clone(), swapped), Err("there is no `<answer>`".to_owned()));
    assert_eq!(parts(parse.clone(), "42"), Err("there is no `<think>`".to_owned()));
    assert_eq!(parts(parse, "<think>why</think><answer>4"), Err("`<answer>` is not closed".to_owned()));
}

#[test]
fn a_block_is_the_last_of_its_column() {
    let parse = json!({"tags": {"answer": "answer"}, "block": {"code": "answer"}});
    let text = "```\nold\n```\n<answer>```python\nnew\n```\n</answer>```\nafter\n```";
    assert_eq!(parts(parse, text).map(|parts| parts["code"].clone()), Ok(json!("new\n")));
    let parse = json!({"block": {"code": "completion"}});
    assert_eq!(parts(parse, "none"), Err("`completion` has no block of code".to_owned()));
}

#[test]
fn the_last_object_has_the_values() {
    let parse = json!({"json": {"score": "float", "why": {"list": "text"}}});
    let text = r#"{"score": 1} then {not} ```json
{"score": 2, "why": ["a", null], "other": {"score": 3}}
```"#;
    assert_eq!(parts(parse.clone(), text), Ok(json!({"score": 2.0, "why": ["a", null]})));
    let reason = "`score` of the JSON object is \"2\", where a float is needed".to_owned();
    assert_eq!(parts(parse.clone(), r#"{"score": "2", "why": []}"#), Err(reason));
    assert_eq!(parts(parse.clone(), r#"{"score": 2}"#), Err("the JSON object has no `why`".to_owned()));
    assert_eq!(parts(parse, "2"), Err("there is no JSON object".to_owned()));
}

#[test]
fn the_last_match_has_the_groups() {
    let parse = json!({"regex": r"(?P<name>\w+) = (?P<value>\d+)?"});
    assert_eq!(parts(parse.clone(), "a = 1, b = 2"), Ok(json!({"name": "b", "value": "2"})));
    assert_eq!(parts(parse.clone(), "a = "), Ok(json!({"name": "a", "value": ""})));
    assert!(parts(parse, "none").is_err());
}

#[test]
fn what_cannot_be_parsed_by_is_told() {
    let check = |parse: Value| serde_json::from_value::<Parse>(parse).expect("a parse").check();
    assert!(check(json!({"regex": "("}))[0].message.contains("unclosed group"));
    assert!(check(json!({"regex": "x"}))[0].message.contains("no named group"));
    assert!(check(json!({"block": {"code": "answer"}}))[0].message.contains("`answer`"));
}
