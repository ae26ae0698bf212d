//! A problem's tests as verl's checkers of programs read them.
//!
//! Owns their JSON. Knows nothing of what is done with it.

use engine::row::{Cell, Row};
use serde::Serialize;
use serde_json::Value;

/// What the text holds.
#[derive(Default, Serialize)]
struct Tests {
    inputs: Vec<String>,
    outputs: Vec<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fn_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assert_case: Vec<String>,
}

/// The text for a problem, or why there is none.
pub(super) fn of(problem: &Row) -> Result<String, String> {
    let Cell::List(given) = problem.cell("tests") else { return Err("it has no tests".to_owned()) };
    let entry = problem.text("entry");
    let mut tests = Tests::default();
    let mut first_kind = None;
    for test in &given {
        let field = |name: &str| text(test, name);
        let kind = field("kind").unwrap_or_default();
        if *first_kind.get_or_insert_with(|| kind.clone()) != kind {
            return Err("its tests are of several kinds".to_owned());
        }
        add(&mut tests, &kind, entry, field("input").unwrap_or_default(), field("output"))?;
    }
    if first_kind.is_none() {
        return Err("it has no tests: name the column with its answer as `ground_truth`".to_owned());
    }
    serde_json::to_string(&tests).map_err(|error| error.to_string())
}

fn add(
    tests: &mut Tests,
    kind: &str,
    entry: Option<&str>,
    input: String,
    output: Option<String>,
) -> Result<(), String> {
    let input = match kind {
        "stdin" => input,
        "call" => {
            tests.fn_name = Some(entry.ok_or("its tests call a function, and it has no `entry`")?.to_owned());
            arguments(&input)?
        }
        "assert" => {
            tests.assert_case.push(input);
            String::new()
        }
        other => return Err(format!("verl runs no tests of the kind `{other}`")),
    };
    tests.inputs.push(input);
    tests.outputs.push(output);
    Ok(())
}

/// A JSON list of arguments, one a line.
fn arguments(input: &str) -> Result<String, String> {
    let arguments: Vec<Value> = serde_json::from_str(input).map_err(|error| format!("a test's arguments: {error}"))?;
    Ok(arguments.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"))
}

fn text(test: &Cell, name: &str) -> Option<String> {
    let Cell::Struct(fields) = test else { return None };
    fields.iter().find(|(field, _)| field == name).and_then(|(_, value)| match value {
        Cell::Text(text) => Some(text.clone()),
        _ => None,
    })
}
