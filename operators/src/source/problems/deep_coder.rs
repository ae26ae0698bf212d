//! DeepCoder-Preview-Dataset as published: `problem`, `solutions`, and `tests`, a JSON text that each of its four parts
//! writes in its own way.

use serde::Deserialize;
use serde::de::Error;
use serde_json::Value;

use super::live_code_bench::{Case, entry};
use super::problem::{Item, Problem, Test};
use crate::verify::Extract;

/// A record as published.
#[derive(Deserialize)]
struct Task {
    problem: String,
    tests: String,
    #[serde(default)]
    solutions: Option<Vec<String>>,
    #[serde(default)]
    starter_code: Option<String>,
    #[serde(default)]
    metadata: Option<Value>,
}

/// The tests of TACO: inputs and outputs side by side, of a function or of a program.
#[derive(Deserialize)]
struct Columns {
    inputs: Vec<Value>,
    outputs: Vec<Value>,
    #[serde(default)]
    fn_name: Option<String>,
}

/// A test of PrimeIntellect, or of Codeforces, whose tests have no type.
#[derive(Deserialize)]
struct Row {
    input: Value,
    output: Value,
    #[serde(default)]
    r#type: Option<String>,
    #[serde(default)]
    fn_name: Option<String>,
}

/// Tests, and the function that they call.
type Tests = (Vec<Test>, Option<String>);

/// One record. Its id is a digest of the record, since it has none.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    let task: Task = serde_json::from_slice(record)?;
    let starter = task.starter_code.filter(|starter| !starter.is_empty());
    let (tests, function) = tests(&task.tests, task.metadata.as_ref())?;
    if tests.is_empty() {
        return Err(Error::custom("`tests` is empty"));
    }
    let digest = blake3::hash(format!("{}\n{}", task.problem, task.tests).as_bytes()).to_hex();
    let solution = task.solutions.into_iter().flatten().next();
    Ok(Item::Problem(Problem {
        id: format!("deepcoder/{}", &digest[..16]),
        source: "deepcoder".to_owned(),
        entry: function.map(|name| entry(&name, starter.as_deref().unwrap_or_default())),
        // Some stand between fences, others do not.
        solution: solution.map(|text| Extract::FirstBlock.from(&text).unwrap_or(text)),
        statement: task.problem,
        starter,
        tests,
        ..Problem::default()
    }))
}

fn tests(text: &str, metadata: Option<&Value>) -> Result<Tests, serde_json::Error> {
    let value: Value = serde_json::from_str(text)?;
    if value.is_object() {
        let columns: Columns = serde_json::from_value(value)?;
        let pairs = columns.inputs.iter().zip(&columns.outputs);
        let test = |(input, output)| test(input, output, columns.fn_name.as_deref());
        return Ok((pairs.map(test).collect::<Result<_, _>>()?, columns.fn_name));
    }
    if value.get(0).is_some_and(|first| first.get("testtype").is_some()) {
        let cases: Vec<Case> = serde_json::from_str(text)?;
        let function = metadata.and_then(function).or_else(|| value.get(0)?.get("metadata").and_then(function));
        return Ok((cases.into_iter().map(Case::test).collect::<Result<_, _>>()?, function));
    }
    let rows: Vec<Row> = serde_json::from_value(value)?;
    let function = rows.iter().find_map(|row| row.fn_name.clone());
    let test = |row: &Row| {
        let is_call = row.r#type.as_deref() == Some("function_call");
        test(&row.input, &row.output, function.as_deref().filter(|_| is_call))
    };
    Ok((rows.iter().map(test).collect::<Result<_, _>>()?, function))
}

/// The function's name in metadata, which are a mapping or the JSON of one.
fn function(metadata: &Value) -> Option<String> {
    let read = metadata.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let name = read.as_ref().unwrap_or(metadata).get("func_name")?.as_str()?;
    Some(name.to_owned())
}

fn test(input: &Value, output: &Value, function: Option<&str>) -> Result<Test, serde_json::Error> {
    if function.is_none() {
        return Ok(Test::stdin(lines(input), lines(output)));
    }
    if !input.is_array() {
        return Err(Error::custom("a call's `input` is no list of arguments"));
    }
    // A call's value stands in a list of one, by most.
    let value = output.as_array().filter(|values| values.len() == 1).map_or(output, |values| &values[0]);
    Ok(Test::call(input.to_string(), value.to_string()))
}

/// A program's text, which may stand there as a list of lines.
fn lines(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().map(lines_of_one).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

fn lines_of_one(line: &Value) -> String {
    line.as_str().map_or_else(|| line.to_string(), str::to_owned)
}
