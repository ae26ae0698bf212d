//! Answers that nest deeply, down to what the guest describes and what no guest would say.

use millrace_sandbox::{Call, Ending, Job, Limits, Metering, Outcome};
use serde_json::{Value, json};

use crate::interpreter::sandbox;

const PROGRAM: &str = "
def tuples(depth):
    value = 0
    for _ in range(depth):
        value = (value,)
    return value

def keys(depth):
    value = 0
    for _ in range(depth):
        value = {(1,): value}
    return value

def endless():
    import sys
    frame = sys._getframe()
    while 'values' not in frame.f_globals:
        frame = frame.f_back
    frame.f_globals['values'].text = lambda value: '[' * 10**6 + ']' * 10**6
";

fn called(function: &str, arguments: Vec<Value>) -> Option<Outcome> {
    let call = Call { function: function.to_owned(), arguments };
    let job = Job::calls(PROGRAM, vec![call]);
    Some(sandbox(Metering::Clock)?.run(&job, &Limits::default()).expect("the host is well"))
}

/// How deep a value nests, in Python's terms, and what is innermost.
fn unwrapped(mut value: &Value) -> (usize, &Value) {
    let mut depth = 0;
    loop {
        let inner = value["$tuple"].get(0).or_else(|| value["$dict"].get(0).and_then(|pair| pair.get(1)));
        let Some(inner) = inner else { return (depth, value) };
        (depth, value) = (depth + 1, inner);
    }
}

#[test]
fn values_are_read_as_deep_as_the_guest_gives_them() {
    for function in ["tuples", "keys"] {
        for depth in [60, 100] {
            let Some(outcome) = called(function, vec![json!(depth)]) else { return };
            let value = outcome.replies[0].value.as_ref().expect("it gave a value");
            assert_eq!(unwrapped(value), (depth, &json!(0)), "{function}");
        }
        let Some(outcome) = called(function, vec![json!(150)]) else { return };
        let (depth, innermost) = unwrapped(outcome.replies[0].value.as_ref().expect("it gave a value"));
        assert!(depth > 99 && innermost.get("$object").is_some(), "{function}: {depth} {innermost}");
    }
}

#[test]
fn an_answer_without_end_is_the_programs_fault() {
    let Some(outcome) = called("endless", Vec::new()) else { return };
    let Ending::Crashed { reason } = &outcome.replies[0].ending else { panic!("{:?}", outcome.replies) };
    assert_eq!(reason, "its answer cannot be read: it nests more than 512 deep");
}
