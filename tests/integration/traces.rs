//! `verify.trace` beside what CPython's own `sys.settrace` and coverage.py say: the same events, variables, lines and
//! branches. `fixtures/traces.py` made the other side.

use std::collections::BTreeMap;
use std::path::PathBuf;

use engine::testing::Given;
use serde::Deserialize;
use serde_json::{Value, json};

use super::operators::python_is_here;
use super::verdicts::run;

/// A program, and what was seen of it.
#[derive(Deserialize)]
struct Reference {
    name: String,
    program: String,
    printed: String,
    events: Vec<Event>,
    ran: Vec<i64>,
    missing: Vec<i64>,
    /// A line, and how many of its two ways were taken.
    branches: Vec<(i64, usize)>,
}

/// What, line, function, frame, and the variables at that moment.
#[derive(Deserialize)]
struct Event(String, i64, String, i64, BTreeMap<String, String>);

/// Types whose `repr` is the same for everybody.
const SHOWN: [&str; 8] = ["int", "float", "str", "bool", "NoneType", "list", "tuple", "dict"];

#[test]
fn traces_say_what_cpython_and_coverage_say() {
    if !python_is_here() {
        return;
    }
    let references: Vec<Reference> = serde_json::from_str(include_str!("../fixtures/traces.json")).unwrap();
    let program = |reference: &Reference| {
        let test = json!({"kind": "stdin", "input": "", "output": reference.printed});
        json!({"id": reference.name, "code": reference.program, "tests": [test]})
    };
    let given = Given::Rows(None, references.iter().map(program).collect());
    let with = "{limits: {fuel: 20000000000}}";
    let outcome = run(PathBuf::from("."), "verify.trace", with, [("programs".to_owned(), given)].into());
    assert_eq!(outcome.rows["traces"].len(), references.len());
    for (reference, trace) in references.iter().zip(&outcome.rows["traces"]) {
        assert_eq!((&trace["status"], &trace["cut"]), (&json!("passed"), &json!(false)), "{}", reference.name);
        same_events(reference, trace);
        same_variables(reference, trace);
        same_lines(reference, trace);
        same_branches(reference, trace);
    }
}

/// `sys.settrace` calls every way out of a function a return, and every way in a call.
fn same_events(reference: &Reference, trace: &Value) {
    let expected = reference.events.iter();
    let expected = expected.map(|Event(event, line, function, frame, _)| json!([event, line, function, frame]));
    let found = events(trace).map(|event| {
        let what = match event["event"].as_str().unwrap() {
            "resume" => "call",
            "yield" | "unwind" => "return",
            what => what,
        };
        json!([what, event["line"], event["function"], event["frame"]])
    });
    assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{}", reference.name);
}

/// The changes, taken one after another, give the variables of every moment.
fn same_variables(reference: &Reference, trace: &Value) {
    let mut frames: BTreeMap<i64, BTreeMap<String, String>> = BTreeMap::new();
    for (event, Event(_, line, _, _, expected)) in events(trace).zip(&reference.events) {
        let variables = frames.entry(event["frame"].as_i64().unwrap()).or_default();
        // What a line changes is not there yet when it begins.
        let at_once = matches!(event["event"].as_str(), Some("call" | "resume"));
        if at_once {
            apply(event, variables);
        }
        assert_eq!(variables, expected, "{}, line {line}: {event}", reference.name);
        if !at_once {
            apply(event, variables);
        }
    }
}

fn apply(event: &Value, variables: &mut BTreeMap<String, String>) {
    for change in event["changes"].as_array().unwrap() {
        let name = change["name"].as_str().unwrap();
        variables.remove(name);
        let is_shown = change["type"].as_str().is_some_and(|kind| SHOWN.contains(&kind)) && !name.starts_with('_');
        if is_shown {
            variables.insert(name.to_owned(), change["value"].as_str().unwrap().to_owned());
        }
    }
}

fn same_lines(reference: &Reference, trace: &Value) {
    let (ran, missing): (Vec<_>, Vec<_>) =
        trace["coverage"].as_array().unwrap().iter().partition(|line| line["count"].as_i64() > Some(0));
    let numbers = |lines: Vec<&Value>| lines.iter().map(|line| line["line"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(
        (numbers(ran), numbers(missing)),
        (reference.ran.clone(), reference.missing.clone()),
        "{}",
        reference.name
    );
}

fn same_branches(reference: &Reference, trace: &Value) {
    let ways = |branch: &Value| {
        let taken = ["taken", "passed"].iter().filter(|way| branch[**way].as_i64() > Some(0)).count();
        (branch["line"].as_i64().unwrap(), taken)
    };
    let found: Vec<_> = trace["branches"].as_array().unwrap().iter().map(ways).collect();
    assert_eq!(found, reference.branches, "{}", reference.name);
}

fn events(trace: &Value) -> impl Iterator<Item = &Value> {
    trace["events"].as_array().unwrap().iter()
}
