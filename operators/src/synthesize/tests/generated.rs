//! Inputs that a model's code makes, and that its validator allows.
//!
//! Owns how the two are called. What they may use is the runner's.

use engine::operator::Fault;
use sandbox::Call;
use serde_json::Value;

use super::inputs::{Inputs, Refused};
use crate::python::PythonValue;
use crate::verify::{Answer, Extract, Runner, Test};

/// Random numbers that start at a seed of ours, so that the same code makes the same inputs.
const GENERATE: &str = "lambda seed, number: generate(__import__('random').Random(seed), number)";
const VALIDATE: &str = "lambda given: bool(validate(given))";

/// Adds an input of a model's code for each seed; or says why there are none.
pub(super) async fn add(
    answer: &str,
    seeds: &[u32],
    runner: &Runner,
    inputs: &mut Inputs,
) -> Result<Result<(), String>, Fault> {
    let Some(code) = Extract::LastBlock.from(answer) else {
        return Ok(Err("the answer has no block of code".to_owned()));
    };
    let calls: Vec<Test> =
        seeds.iter().zip(0_u32..).map(|(seed, number)| call(GENERATE, vec![(*seed).into(), number.into()])).collect();
    let made = runner.answers(&code, &calls).await?;
    let (made, failed): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
    let failures: Vec<String> = failed.into_iter().filter_map(Result::err).collect();
    if let (true, Some(reason)) = (made.is_empty(), failures.first()) {
        return Ok(Err(format!("the generator makes no input: {reason}")));
    }
    let failures = failures.into_iter().map(|reason| Refused::new("", format!("the generator fails: {reason}")));
    inputs.refused.extend(failures);
    let values: Vec<PythonValue> = made.into_iter().flatten().filter_map(value).collect();
    let calls: Vec<Test> = values.iter().map(|value| call(VALIDATE, vec![value.to_notation()])).collect();
    let verdicts = runner.answers(&code, &calls).await?;
    for (value, verdict) in values.iter().zip(verdicts) {
        match (verdict, inputs.text(value)) {
            (_, Err(refused)) => inputs.refused.push(refused),
            (Ok(Answer::Value(PythonValue::Bool(true))), Ok(input)) => inputs.add(input),
            (Ok(_), Ok(input)) => inputs.refused.push(Refused::new(input, "the validator does not allow it")),
            (Err(reason), Ok(input)) => {
                inputs.refused.push(Refused::new(input, format!("the validator fails: {reason}")));
            }
        }
    }
    Ok(Ok(()))
}

fn value(answer: Answer) -> Option<PythonValue> {
    match answer {
        Answer::Value(value) => Some(value),
        Answer::Text(_) => None,
    }
}

fn call(function: &str, arguments: Vec<Value>) -> Test {
    Test::Call { call: Call { function: function.to_owned(), arguments }, expected: PythonValue::None }
}
